//! Records of a run on disk, so that a comparison needs no more memory for a million cases than for ten.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};

use crate::model::CaseRecord;

/// Records in the order in which they came, in a file that has no name and is gone with the process.
#[derive(Debug)]
pub struct Spool {
    file: BufWriter<File>,
    end: u64,
    /// By round and [`crate::model::CaseId::number`]: where the record begins.
    places: BTreeMap<(u32, u64), u64>,
    /// The cases of the first round, by their position in the plan.
    order: BTreeMap<u64, u64>,
}

impl Spool {
    /// An empty one.
    ///
    /// # Errors
    /// When there is no room for temporary files.
    pub fn new() -> io::Result<Self> {
        let file = BufWriter::new(tempfile::tempfile()?);
        Ok(Self { file, end: 0, places: BTreeMap::new(), order: BTreeMap::new() })
    }

    /// Adds a record.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn put(&mut self, record: &CaseRecord) -> io::Result<()> {
        let mut line = serde_json::to_vec(record)?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        let number = record.case.number();
        self.places.insert((record.round, number), self.end);
        if record.round == 0 {
            self.order.insert(record.order, number);
        }
        self.end += line.len() as u64;
        Ok(())
    }

    /// How many cases there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The numbers of the cases, in the order of the plan.
    #[must_use]
    pub fn cases(&self) -> Vec<u64> {
        self.order.values().copied().collect()
    }

    /// All records of a case, by round.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn get(&mut self, number: u64) -> io::Result<Vec<CaseRecord>> {
        let mut records = Vec::new();
        for round in 0.. {
            let Some(place) = self.places.get(&(round, number)).copied() else { break };
            self.file.flush()?;
            let mut reader = BufReader::new(self.file.get_ref());
            reader.seek(SeekFrom::Start(place))?;
            let mut line = Vec::new();
            reader.read_until(b'\n', &mut line)?;
            records.push(serde_json::from_slice(&line)?);
        }
        self.file.seek(SeekFrom::Start(self.end))?;
        Ok(records)
    }
}
