#include "fhir/client/batch.h"

#include "tests/fhir/client/client_fixture.h"
#include "tests/support/fake_transport.h"
#include "tests/support/thrown.h"

namespace batch_test {

using Catch::Matchers::Contains;
using fhir::BatchRequest;
using fhir::Client;
using fhir::ErrorKind;
using namespace test;

namespace {

const std::vector<BatchRequest> kRequests = {
    {.method = "POST",
     .url = "Observation",
     .resource = R"({"resourceType":"Observation"})",
     .fullUrl = "urn:uuid:0f9a2e0c-6d4c-4a8e-9b61-000000000001",
     .ifNoneExist = "identifier=x|y"},
    {.method = "PUT", .url = "Patient/1", .resource = R"({"id":"1"})", .ifMatch = "W/\"3\""},
    {.method = "GET", .url = "Patient/2"},
};

std::string answers(const std::string& type, const std::string& entries) {
    return R"({"resourceType":"Bundle","type":")" + type + R"(-response","entry":[)" + entries +
           "]}";
}

const std::string kCreated =
    R"({"response":{"status":"201 Created","location":"Observation/9/_history/1",)"
    R"("etag":"W/\"1\""}})";
const std::string kUpdated =
    R"({"response":{"status":"200",)"
    R"("location":"https://ehr.example/api/FHIR/R4/Patient/1/_history/4"}})";
const std::string kRead =
    R"({"resource":{"resourceType":"Patient","id":"2"},"response":{"status":"200 OK"}})";

}  // namespace

TEST_CASE("batch: each request has its answer", "[fhir]") {
    const std::string type = GENERATE("batch", "transaction");
    FakeTransport transport;
    transport.then(reply(200, answers(type, kCreated + "," + kUpdated + "," + kRead)));
    const Client client(transport, withToken());

    const auto [document, answer] =
        type == "batch" ? client.batch(kRequests) : client.transaction(kRequests);

    REQUIRE(answer.size() == 3);
    CHECK(answer[0].status == 201);
    CHECK(answer[0].location == "Observation/9");
    CHECK(answer[0].etag == "W/\"1\"");
    CHECK(answer[1].status == 200);
    CHECK(answer[1].location == "Patient/1");
    CHECK(answer[2].location == "Patient/2");
    REQUIRE(answer[2].resource);
    CHECK(answer[2].resource->at("id").string() == "2");
    for (const auto& one : answer) CHECK_FALSE(one.error);
    const auto& request = transport.requests.at(0);
    CHECK(request.method == "POST");
    CHECK(request.url.text() == "https://ehr.example/api/FHIR/R4");
    CHECK(request.headers.find("Authorization"));
    CHECK(request.body ==
          R"({"resourceType":"Bundle","type":")" + type +
              R"(","entry":[)"
              R"({"fullUrl":"urn:uuid:0f9a2e0c-6d4c-4a8e-9b61-000000000001",)"
              R"("resource":{"resourceType":"Observation"},)"
              R"("request":{"method":"POST","url":"Observation","ifNoneExist":"identifier=x|y"}},)"
              R"({"resource":{"id":"1"},)"
              R"("request":{"method":"PUT","url":"Patient/1","ifMatch":"W/\"3\""}},)"
              R"({"request":{"method":"GET","url":"Patient/2"}}]})");
}

TEST_CASE("batch: a request that could not be done is refused before it is sent", "[fhir]") {
    const auto [wrong, path] = GENERATE(table<BatchRequest, std::string>({
        {{.url = "Observation"}, "/entry/1/request/method"},
        {{.method = "POST", .resource = "{}"}, "/entry/1/request/url"},
        {{.method = "POST", .url = "Observation"}, "/entry/1/resource"},
        {{.method = "PUT", .url = "Observation/o"}, "/entry/1/resource"},
        {{.method = "PATCH", .url = "Observation/o"}, "/entry/1/resource"},
        {{.method = "GET", .url = "Observation/o", .resource = "{}"}, "/entry/1/resource"},
        {{.method = "DELETE", .url = "Observation/o", .resource = "{}"}, "/entry/1/resource"},
    }));
    FakeTransport transport;

    const auto error = thrown([&, &wrong = wrong] {
        Client(transport, optionsFor()).transaction({kRequests[0], wrong});
    });

    CHECK(error.kind() == ErrorKind::InvalidInput);
    CHECK(error.path() == path);
    CHECK(transport.requests.empty());
}

TEST_CASE("batch: a request that failed has an error of its own", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(
        200, answers("batch",
                     kCreated + R"(,{"response":{"status":"412 Precondition Failed","outcome":{)"
                                R"("resourceType":"OperationOutcome","issue":[{"severity":"error",)"
                                R"("code":"conflict","diagnostics":"Ms Made-up"}]}}})"
                                R"(,{"response":{"status":"404"}})")));

    const auto [document, answer] = Client(transport, optionsFor()).batch(kRequests);

    CHECK_FALSE(answer[0].error);
    REQUIRE(answer[1].error);
    CHECK(answer[1].error->kind() == ErrorKind::Conflict);
    CHECK(answer[1].error->status() == 412);
    CHECK_THAT(answer[1].error->what(), Contains("batch, entry 1: the server answered 412 (error "
                                                 "conflict)") &&
                                            !Contains("Made-up"));
    REQUIRE(answer[2].error);
    CHECK(answer[2].error->kind() == ErrorKind::NotFound);
}

TEST_CASE("batch: a transaction that failed is one error", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(409, R"({"resourceType":"OperationOutcome","issue":[)"
                              R"({"severity":"error","code":"duplicate"}]})"));

    const auto error = thrown([&] { Client(transport, optionsFor()).transaction(kRequests); });

    CHECK(error.kind() == ErrorKind::Conflict);
    CHECK_THAT(error.what(), Contains("transaction: the server answered 409 (error duplicate)"));
}

TEST_CASE("batch: what is not the answer to it is a bad reply", "[fhir]") {
    const auto [body, text] = GENERATE(table<std::string, std::string>({
        {answers("batch", kCreated + "," + kUpdated), "has 2 answers to 3 requests"},
        {answers("batch", kCreated + "," + kUpdated + "," + kRead + "," + kRead),
         "has 4 answers to 3 requests"},
        {answers("transaction", kCreated + "," + kUpdated + "," + kRead),
         "/type is not batch-response"},
        {answers("batch", kCreated + "," + kUpdated + R"(,{"response":{"status":"fine"}})"),
         "/entry/2/response/status is no HTTP status"},
        {answers("batch", kCreated + "," + kUpdated + R"(,{"response":{"status":"2010"}})"),
         "/entry/2/response/status is no HTTP status"},
        {answers("batch", kCreated + "," + kUpdated + ",{}"),
         "/entry/2/response/status is no HTTP status"},
        {R"({"resourceType":"OperationOutcome"})", "OperationOutcome"},
        {R"({"resourceType":"Parameters"})", "/resourceType is not the resource type"},
        {R"({"resourceType":"Bundle"})", "/type is missing"},
        {"", "an empty body"},
    }));
    FakeTransport transport;
    transport.then(reply(200, body));

    const auto error = thrown([&] { Client(transport, optionsFor()).batch(kRequests); });

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), Contains("batch: ") && Contains(text));
}

}  // namespace batch_test
