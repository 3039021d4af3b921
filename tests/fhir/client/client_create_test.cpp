#include "fhir/client/client.h"

#include "tests/fhir/client/client_fixture.h"
#include "tests/support/fake_transport.h"
#include "tests/support/thrown.h"

namespace client_create_test {

using Catch::Matchers::Contains;
using fhir::Client;
using fhir::Created;
using fhir::ErrorKind;
using namespace test;

TEST_CASE("client: a create posts the resource and learns where it is", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(201, "", {{"Location", "Observation/9"}}));
    const Client client(transport, withToken());

    const auto created = client.create("Observation", R"({"resourceType":"Observation"})");

    CHECK(created.how == Created::How::Created);
    CHECK(created.location == "Observation/9");
    const auto& request = transport.requests.at(0);
    CHECK(request.method == "POST");
    CHECK(request.url.text() == "https://ehr.example/api/FHIR/R4/Observation");
    CHECK(request.body == R"({"resourceType":"Observation"})");
    CHECK(request.headers.find("Content-Type") == "application/fhir+json");
    CHECK(request.headers.find("Prefer") == "return=minimal");
    CHECK(request.headers.find("Authorization") == "Bearer made-up-token");
    CHECK_FALSE(request.headers.find("If-None-Exist"));
}

TEST_CASE("client: a conditional create tells there already from new", "[fhir]") {
    const auto [status, how] = GENERATE(table<int, Created::How>(
        {{201, Created::How::Created}, {200, Created::How::AlreadyThere}}));
    FakeTransport transport;
    transport.then(reply(status, "", {{"Location", "Observation/9/_history/2"}}));
    const Client client(transport, optionsFor());

    const auto created =
        client.create("Observation", "{}", {.ifNoneExist = "identifier=urn%3Ax%7C1"});

    CHECK(created.how == how);
    CHECK(created.location == "Observation/9");
    CHECK(transport.requests.at(0).headers.find("If-None-Exist") == "identifier=urn%3Ax%7C1");
}

TEST_CASE("client: 200 to a plain create is a new resource", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, "", {{"Location", "Observation/9"}}));

    CHECK(Client(transport, optionsFor()).create("Observation", "{}").how == Created::How::Created);
}

TEST_CASE("client: a created resource is found by header or body, and need not be", "[fhir]") {
    struct Case {
        fhir::Headers headers;
        std::string body;
        std::string location;
    };
    const auto wanted = GENERATE(values<Case>({
        {{{"Location", "https://ehr.example/api/FHIR/R4/Observation/9"}}, "", "Observation/9"},
        {{{"Location", "https://ehr.example/fhir/Observation/9/_history/1"}}, "", "Observation/9"},
        {{{"location", "/api/FHIR/R4/Observation/9/_history/1"}}, "", "Observation/9"},
        {{{"Location", "Observation/9"}}, "", "Observation/9"},
        {{{"Location", "Observation/9?_format=json#x"}}, "", "Observation/9"},
        {{{"Content-Location", "Observation/9/_history/1"}}, "", "Observation/9"},
        {{{"Location", "https://ehr.example/api/FHIR/R4/Patient/9"}}, "", ""},
        {{{"Location", "https://ehr.example/"}}, "", ""},
        {{{"Location", ""}}, R"({"resourceType":"Observation","id":"7"})", "Observation/7"},
        {{{"Location", "Observation/9"}},
         R"({"resourceType":"Observation","id":"7"})",
         "Observation/9"},
        {{}, R"({"id":"7","resourceType":"Observation"})", "Observation/7"},
        {{}, R"({"resourceType":"Patient","id":"7"})", ""},
        {{}, R"({"resourceType":"Observation","id":"two words"})", ""},
        {{}, R"({"resourceType":"Observation","id":7})", ""},
        {{}, R"({"resourceType":"OperationOutcome","issue":[]})", ""},
        {{}, "", ""},
        {{}, "\"\"", ""},
        {{}, "[]", ""},
        {{}, "{\"resourceType\":\"Observ", ""},
        {{{"Content-Type", "text/html"}}, "<html>Created</html>", ""},
        {{{"Content-Type", "text/html"}, {"Location", "Observation/9"}},
         "<html>x</html>",
         "Observation/9"},
    }));
    FakeTransport transport;
    transport.then(reply(201, wanted.body, wanted.headers));

    const auto created = Client(transport, optionsFor()).create("Observation", "{}");

    CHECK(created.how == Created::How::Created);
    CHECK(created.location == wanted.location);
}

TEST_CASE("client: a create that was not done is an error by its status", "[fhir]") {
    const auto [status, kind] = GENERATE(table<int, ErrorKind>({
        {202, ErrorKind::BadReply},
        {302, ErrorKind::BadReply},
        {400, ErrorKind::Refused},
        {401, ErrorKind::Unauthorized},
        {403, ErrorKind::Forbidden},
        {404, ErrorKind::NotFound},
        {405, ErrorKind::Refused},
        {409, ErrorKind::Conflict},
        {412, ErrorKind::Conflict},
        {413, ErrorKind::Refused},
        {415, ErrorKind::Refused},
        {422, ErrorKind::Refused},
        {429, ErrorKind::Unavailable},
        {500, ErrorKind::Unavailable},
        {501, ErrorKind::Refused},
    }));
    FakeTransport transport;
    transport.then(reply(status, R"({"resourceType":"OperationOutcome","issue":[
        {"severity":"error","code":"processing","diagnostics":"Ama Test said: home"}]})"));
    const Client client(transport, optionsFor());

    const auto error = thrown([&] {
        client.create("Observation", R"({"resourceType":"Observation","valueString":"home"})");
    });

    CHECK(error.kind() == kind);
    CHECK(error.status() == status);
    CHECK_THAT(error.what(),
               Contains("create Observation: the server answered " + std::to_string(status)) &&
                   !Contains("Ama") && !Contains("home"));
    CHECK(transport.requests.size() == 1);
}

}  // namespace client_create_test
