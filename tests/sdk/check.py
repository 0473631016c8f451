"""The vendor's own Python SDKs against a mock of the contracts in contracts/.

Run as `check.py BASE_URL`; what the mock has is in environments/mock.yaml. Exit status 77: the SDKs are not there.
"""

import sys

try:
    from huaweicloudsdkcore.auth.credentials import BasicCredentials
    from huaweicloudsdkcore.exceptions.exceptions import (
        ClientRequestException,
        ServerResponseException,
    )
    import huaweicloudsdkddm.v1 as ddm
    import huaweicloudsdkroma.v2 as roma
except ImportError as missing:
    print(missing)
    sys.exit(77)

PROJECT = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
INSTANCE = "3a7c1e52-9b4d-4f60-8e21-6d5c4b3a2f10"
DDM_INSTANCE = "5d8e2b14-07c9-4a3f-b6e1-92f0c7d4a8b3"
PRODUCT = 120671
PASSWORD = "Counter-Sign-2024"


def client(builder, base, access_key="MOCKACCESSKEY"):
    credentials = BasicCredentials(access_key, "mock-secret-key", PROJECT)
    return builder.with_credentials(credentials).with_endpoints([base]).build()


def refused(kind, status, code, call):
    """What `call` raises, if it is the documented error."""
    try:
        answer = call()
    except kind as error:
        assert (error.status_code, error.error_code) == (status, code), error
        assert error.error_msg, error
        return error
    raise AssertionError(f"answered, not refused: {answer}")


def products(base):
    to = client(roma.RomaClient.new_builder(), base)
    here = {"instance_id": INSTANCE, "product_id": PRODUCT}
    body = {
        "name": "cs-sdk-product",
        "manufacturer_id": "m-1",
        "manufacturer_name": "旋床",
        "model": "L 1",
        "device_type": "Default",
    }

    def query(**where):
        return to.show_product_authentication(roma.ShowProductAuthenticationRequest(**{**here, **where}))

    def reset(**members):
        sent = roma.ResetProductAuthenticationRequestBody(**members)
        return to.reset_product_authentication(roma.ResetProductAuthenticationRequest(**here, body=sent))

    def modify(**members):
        sent = roma.UpdateProductRequestBody(**{**body, **members})
        return to.update_product(roma.UpdateProductRequest(**here, body=sent))

    first = query()
    assert first.status_code == 200 and first.user_name and first.password, first
    new = reset(user_name="counter-sign-sdk", password=PASSWORD)
    assert (new.user_name, new.password) == ("counter-sign-sdk", PASSWORD), new
    seen = query()
    assert (seen.user_name, seen.password) == ("counter-sign-sdk", PASSWORD), seen
    made = reset()
    assert made.user_name == "counter-sign-sdk" and made.password not in ("", PASSWORD), made

    product = modify(description="first", version="2")
    assert (product.id, product.name, product.model) == (PRODUCT, "cs-sdk-product", "L 1"), product
    assert (product.manufacturer_name, product.description, product.version) == ("旋床", "first", "2"), product
    assert product.created_user.user_name and product.permissions, product

    bad = "SCB.00000000"
    refused(ClientRequestException, 400, bad, lambda: query(product_id=-1))
    refused(ClientRequestException, 400, bad, lambda: query(product_id="abc"))
    refused(ClientRequestException, 404, "ROMA.00110006", lambda: query(product_id=5))
    refused(ClientRequestException, 400, bad, lambda: reset(user_name="short"))
    refused(ClientRequestException, 400, bad, lambda: reset(password="short"))
    refused(ClientRequestException, 400, bad, lambda: modify(name="not a name"))
    refused(ClientRequestException, 400, bad, lambda: modify(manufacturer_id="m"))
    # The SDK raises another exception for 500, which the page documents for an unknown instance.
    refused(ServerResponseException, 500, "ROMA.00110002", lambda: query(instance_id="nobody"))


def accounts(base):
    to = client(ddm.DdmClient.new_builder(), base)

    def reset(username="ddmtest", **members):
        sent = ddm.ResetUserPasswordReq(**members)
        where = {"instance_id": DDM_INSTANCE, "username": username}
        return to.reset_user_password(ddm.ResetUserPasswordRequest(**where, body=sent))

    done = reset(password=PASSWORD)
    assert (done.success, done.instance_id, done.user_name) == (True, DDM_INSTANCE, "ddmtest"), done
    # The SDK knows `error_code` and `error_msg`, and this page documents `errCode` and `externalMessage`: the SDK then
    # gives the status as the code, and the whole body as the message.
    error = refused(ClientRequestException, 400, "400", lambda: reset())
    assert '"errCode":"DBS.280001"' in error.error_msg, error
    refused(ClientRequestException, 400, "400", lambda: reset(username="nobody", password=PASSWORD))


def credentials(base):
    stranger = client(roma.RomaClient.new_builder(), base, access_key="ANOTHERACCESSKEY")
    request = roma.ShowProductAuthenticationRequest(instance_id=INSTANCE, product_id=PRODUCT)
    try:
        raise AssertionError(stranger.show_product_authentication(request))
    except ClientRequestException as error:
        assert error.status_code == 401 and error.error_code and error.error_msg, error


def main(base):
    products(base)
    accounts(base)
    credentials(base)
    print("ok")


main(sys.argv[1])
