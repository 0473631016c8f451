//! Which characters a text is made of: `only letters and digits`, `including at least one digit`, `at least three types of`.

use std::ops::Range;

use super::classes::{Class, Set, complete, list};
use super::lengths::pattern;
use super::{Found, Says};

pattern!(
    ONLY,
    r"(?i)(?:^\s*use(?: only)?|\bonly(?: contain| include| use| the following characters:?| allows?| supports?)?|(?:can|may|must|should|could)\s+(?:only\s+)?(?:contain|include|consist of|be composed of|comprise|use)(?:\s+only)?(?: the following characters:?)?|\bcontaining(?: only)?|\bconsist(?:s|ing)? (?:only )?of(?: only)?|\bcomposed of|\bmade up of|\bstring of|\bsupports(?: only)?|\ballowed characters(?: are|:)?|\bvalid characters(?: are|:)?|(?:只能|仅能|仅|只|可以|允许|支持|能够|可)(?:支持|由|包含|包括|使用|输入|填写|为|是|含有)*|由|允许的字符为?:?)\s*:?\s*"
);
pattern!(
    INCLUDING,
    r"(?i)(?:\bincluding|\band contains? at least|\b(?:must|should|has to|needs to) (?:contain|include|have)|\bcontains|\bincludes|\bwith|必须(?:同时)?(?:包含|包括|含有)|需要?(?:同时)?(?:包含|包括|含有)|(?:同时)?包含|(?:同时)?包括|至少(?:包含|包括|含有)?|要求:)\s*:?\s*"
);
pattern!(
    KINDS,
    r"(?i)\bat least (two|three|four|2|3|4) (?:of (?:the )?(?:\w+ )?following(?: \w+)?(?: types| kinds| categories| characters)*|(?:different )?(?:character )?(?:types|kinds|categories)(?: of(?: characters)?)?)(?: of)?(?:\s+the following(?: characters?)?(?: types)?)?\s*:?\s*(?:of )?"
);
pattern!(KINDS_ZH, r"(?:至少|必须|任意)[^。;]{0,16}?([两二三四]|[234])\s*(?:种|类)[^::、。]{0,10}[::]?\s*");
pattern!(KINDS_ZH_BEHIND, r"(?:中|中的)?(?:至少|任意)?(?:包含|的)?\s*([两二三四]|[234])\s*(?:种|类)");
pattern!(
    FORBIDDEN,
    r"(?i)(?:(?:cannot|can't|must not|may not|can not|should not) (?:contain|include)|不能(?:包含|含有|包括|输入)|不支持|不允许(?:包含|输入)?|禁止(?:包含)?)(?: any of)?(?: the following(?: special)?(?: characters)?)?\s*:?\s*"
);

/// Patterns for what a sentence says about characters.
pub(super) fn read(sentence: &str, found: &mut Found) {
    if kinds(sentence, found) {
        return;
    }
    if let Some((at, end, classes)) = lists(&FORBIDDEN, sentence).into_iter().next() {
        return pattern(found, at..end, format!("^[^{}]*$", union(&classes).bracket()));
    }
    let lower = sentence.to_ascii_lowercase();
    for (at, end, classes) in lists(&INCLUDING, sentence) {
        let before = &lower[..at];
        // "can contain 3 to 255 characters, including" says what may be there.
        let may = ["can ", "may ", "可以", "可包含", "支持", "只能", "仅"]
            .iter()
            .any(|word| before.ends_with(word) || before.contains(word));
        let trigger = &lower[at..end];
        let must = trigger.starts_with("must")
            || trigger.starts_with("should")
            || trigger.contains("at least one")
            || trigger.contains("至少");
        let only = trigger.contains("only");
        if (may && !must) || only {
            continue;
        }
        if trigger.starts_with("with") && !trigger.contains("at least") {
            continue;
        }
        // Which special characters there are says nothing of letters.
        if before.contains("special characters") || before.contains("特殊字符") {
            continue;
        }
        // Nobody asks for a hyphen: where single symbols are listed, they are what may be there.
        if !trigger.contains("at least")
            && !trigger.contains("至少")
            && classes.len() > 1
            && classes.iter().any(single)
        {
            return pattern(found, at..end, format!("^[{}]*$", union(&classes).bracket()));
        }
        for class in classes {
            named(found, at..end, class.title, format!("[{}]", class.set.bracket()));
        }
        return;
    }
    for (at, end, classes) in lists(&ONLY, sentence) {
        let before = lower[..at].trim_end();
        let denied = before.rsplit(' ').take(2).any(|word| matches!(word, "not" | "cannot" | "don't"));
        if denied || before.ends_with('不') || sentence[at..end].contains("至少") {
            continue;
        }
        // "Special characters, but only these" says nothing of letters.
        if before.contains("special characters") || before.contains("特殊字符") {
            continue;
        }
        return pattern(found, at..end, format!("^[{}]*$", union(&classes).bracket()));
    }
    allowed_before(sentence, found);
    // "can contain 3 to 255 characters, including letters, digits and …"
    if found.iter().all(|(_, says, _)| !matches!(says, Says::Keyword("pattern", _)))
        && let Some((at, end, classes)) = lists(&INCLUDING, sentence).into_iter().next()
        && classes.len() > 1
        && !lower[..at].contains("special characters")
        && lower[at..].starts_with("including")
    {
        pattern(found, at..end, format!("^[{}]*$", union(&classes).bracket()));
    }
}

/// `Letters, digits, and underscores (_) are allowed.`
fn allowed_before(sentence: &str, found: &mut Found) {
    let start = sentence.len() - sentence.trim_start().len();
    // That one kind is allowed says nothing of others.
    let Some((classes, used)) = list(&sentence[start..]).filter(|(classes, _)| classes.len() > 1) else {
        return;
    };
    let behind = sentence[start + used..].trim_start().to_lowercase();
    if ["are allowed", "are supported", "are permitted", "is allowed", "can be used", "allowed"]
        .iter()
        .any(|word| behind.starts_with(word))
    {
        pattern(found, start..start + used, format!("^[{}]*$", union(&classes).bracket()));
    }
}

/// The complete lists of kinds that stand behind a trigger: where the trigger begins, where the list ends.
fn lists(
    trigger: &std::sync::LazyLock<Option<regex::Regex>>,
    sentence: &str,
) -> Vec<(usize, usize, Vec<Class>)> {
    let mut all = Vec::new();
    for at in trigger.as_ref().into_iter().flat_map(|trigger| trigger.find_iter(sentence)) {
        if let Some((classes, used)) = list(&sentence[at.end()..])
            && complete(&sentence[at.end() + used..])
        {
            all.push((at.start(), at.end() + used, classes));
        }
    }
    all
}

/// At least so many of several kinds: whichever kinds are missing in the worst case, one of the others is there.
fn kinds(sentence: &str, found: &mut Found) -> bool {
    let Some((range, count, classes)) = kinds_behind(sentence).or_else(|| kinds_before(sentence)) else {
        return false;
    };
    if count > classes.len() || classes.len() > 6 {
        return false;
    }
    let missing = classes.len() - count + 1;
    for chosen in choose(classes.len(), missing) {
        let mut titles: Vec<&str> = chosen.iter().map(|index| classes[*index].title).collect();
        titles.sort_unstable();
        titles.dedup();
        let members: Vec<Class> = chosen.iter().map(|index| classes[*index].clone()).collect();
        named(found, range.clone(), &titles.join("-or-"), format!("[{}]", union(&members).bracket()));
    }
    true
}

fn kinds_behind(sentence: &str) -> Option<(Range<usize>, usize, Vec<Class>)> {
    [&KINDS, &KINDS_ZH].into_iter().find_map(|pattern| {
        let captures = pattern.as_ref()?.captures(sentence)?;
        let whole = captures.get(0)?;
        let (classes, used) = list(&sentence[whole.end()..])?;
        complete(&sentence[whole.end() + used..]).then_some((
            whole.start()..whole.end() + used,
            count(captures.get(1)?.as_str())?,
            classes,
        ))
    })
}

/// `大写字母、小写字母、数字中的至少两种`.
fn kinds_before(sentence: &str) -> Option<(Range<usize>, usize, Vec<Class>)> {
    let trigger = KINDS_ZH_BEHIND.as_ref()?;
    for captures in trigger.captures_iter(sentence) {
        let (whole, number) = (captures.get(0)?, captures.get(1)?);
        let starts = sentence[..whole.start()].char_indices().map(|(at, _)| at);
        for start in starts {
            if let Some((classes, used)) = list(&sentence[start..])
                && classes.len() > 1
                && sentence[start + used..whole.start()].trim().chars().count() < 8
                && start + used <= whole.start()
            {
                return Some((start..whole.end(), count(number.as_str())?, classes));
            }
        }
    }
    None
}

fn count(word: &str) -> Option<usize> {
    Some(match word.to_lowercase().as_str() {
        "two" | "2" | "两" | "二" => 2,
        "three" | "3" | "三" => 3,
        "four" | "4" | "四" => 4,
        _ => return None,
    })
}

/// All ways to take `k` of `n`.
fn choose(n: usize, k: usize) -> Vec<Vec<usize>> {
    (0u32..1 << n)
        .filter(|bits| bits.count_ones() as usize == k)
        .map(|bits| (0..n).filter(|index| bits >> index & 1 == 1).collect())
        .collect()
}

/// One symbol by its name.
fn single(class: &Class) -> bool {
    class.title == "special" && class.set.one()
}

pub(super) fn union(classes: &[Class]) -> Set {
    let mut set = Set::default();
    for class in classes {
        set.join(&class.set);
    }
    set
}

fn pattern(found: &mut Found, range: Range<usize>, text: String) {
    found.push((range, Says::Keyword("pattern", text.into()), false));
}

fn named(found: &mut Found, range: Range<usize>, title: &str, text: String) {
    let says = Says::Named(title.to_owned(), text);
    if found.iter().all(|(_, other, _)| *other != says) {
        found.push((range, says, false));
    }
}
