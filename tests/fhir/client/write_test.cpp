#include "fhir/client/client.h"

#include "tests/fhir/client/client_fixture.h"
#include "tests/support/fake_transport.h"
#include "tests/support/thrown.h"

namespace write_test {

using Catch::Matchers::Contains;
using fhir::Client;
using fhir::ErrorKind;
using fhir::Updated;
using namespace test;

TEST_CASE("client: an update says which version it is about", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, {}, {{"ETag", "W/\"4\""}}));

    const auto updated =
        Client(transport, withToken())
            .update("Observation", "o-1", R"({"id":"o-1"})", {.ifMatch = "W/\"3\""});

    CHECK(updated.how == Updated::How::Updated);
    CHECK(updated.location == "Observation/o-1");
    CHECK(updated.etag == "W/\"4\"");
    const auto& request = transport.requests.at(0);
    CHECK(request.method == "PUT");
    CHECK(request.url.text() == "https://ehr.example/api/FHIR/R4/Observation/o-1");
    CHECK(request.headers.find("If-Match") == "W/\"3\"");
    CHECK(request.headers.find("Content-Type") == "application/fhir+json");
    CHECK(request.headers.find("Authorization"));
    CHECK(request.body == R"({"id":"o-1"})");
}

TEST_CASE("client: an update of a version that is no longer there is a conflict", "[fhir]") {
    FakeTransport transport;
    const int status = GENERATE(409, 412);
    transport.then(reply(status));

    const auto error = thrown([&] {
        Client(transport, optionsFor()).update("Observation", "1", "{}", {.ifMatch = "W/\"3\""});
    });

    CHECK(error.kind() == ErrorKind::Conflict);
    CHECK(error.status() == status);
    CHECK_THAT(error.what(), Contains("update Observation: "));
}

TEST_CASE("client: a page that comes in place of an answer to an update says nothing of it",
          "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, "<html>Sign in</html>", {{"Content-Type", "text/html"}}));
    transport.then(reply(200, {}, {{"Content-Type", "text/html"}}));
    const Client client(transport, optionsFor());

    const auto error = thrown([&] { client.update("Observation", "1", "{}"); });
    const auto updated = client.update("Observation", "1", "{}");  // an EHR's way to say "done"

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), Contains("update Observation: "));
    CHECK(updated.location == "Observation/1");
}

TEST_CASE("client: an update may create", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(201, {}, {{"Location", "Observation/1/_history/1"}}));

    const auto updated = Client(transport, optionsFor()).update("Observation", "1", "{}");

    CHECK(updated.how == Updated::How::Created);
    CHECK(updated.location == "Observation/1");
    CHECK_FALSE(transport.requests.at(0).headers.find("If-Match"));
}

TEST_CASE("client: a conditional update goes where its condition says", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, R"({"resourceType":"Observation","id":"9"})"));

    const auto updated = Client(transport, optionsFor())
                             .updateWhere("Observation", {{"identifier", "urn:x|a b"}}, "{}");

    CHECK(updated.location == "Observation/9");
    CHECK(transport.requests.at(0).url.text() ==
          "https://ehr.example/api/FHIR/R4/Observation?identifier=urn%3Ax%7Ca%20b");
    CHECK(thrown([&] {
              Client(transport, optionsFor()).updateWhere("Observation", {}, "{}");
          }).kind() == ErrorKind::InvalidInput);
}

TEST_CASE("client: a patch carries its operations as JSON Patch", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200));
    const std::string operations = R"([{"op":"replace","path":"/status","value":"final"}])";

    const auto updated = Client(transport, optionsFor())
                             .patch("Observation", "1", operations, {.ifMatch = "W/\"1\""});

    CHECK(updated.location == "Observation/1");
    const auto& request = transport.requests.at(0);
    CHECK(request.method == "PATCH");
    CHECK(request.headers.find("Content-Type") == "application/json-patch+json");
    CHECK(request.headers.find("If-Match") == "W/\"1\"");
    CHECK(request.body == operations);
}

TEST_CASE("client: what is no id is not put into an address", "[fhir]") {
    FakeTransport transport;
    const Client client(transport, optionsFor());
    const std::string id = GENERATE("", "a/b", ".", "..", "a?b=c", "a b");

    CHECK(thrown([&] { client.update("Observation", id, "{}"); }).kind() ==
          ErrorKind::InvalidInput);
    CHECK(thrown([&] { client.patch("Observation", id, "[]"); }).kind() == ErrorKind::InvalidInput);
    CHECK(thrown([&] { client.readVersion("Observation", "1", id); }).kind() ==
          ErrorKind::InvalidInput);
    CHECK(transport.requests.empty());
}

TEST_CASE("client: a read tells its version for the update that follows", "[fhir]") {
    FakeTransport transport;
    const auto [headers, body, etag] = GENERATE(table<fhir::Headers, std::string, std::string>({
        {{{"ETag", "W/\"7\""}}, R"({"resourceType":"Patient","id":"1"})", "W/\"7\""},
        {{}, R"({"resourceType":"Patient","id":"1","meta":{"versionId":"8"}})", "W/\"8\""},
        {{}, R"({"resourceType":"Patient","id":"1"})", ""},
    }));
    transport.then(reply(200, body, headers));

    const auto versioned = Client(transport, optionsFor()).readVersioned("Patient", "1");

    CHECK(versioned.etag == etag);
    CHECK(versioned.document.root().at("id").string() == "1");
}

TEST_CASE("client: a version is read by its own address", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, R"({"resourceType":"Patient","id":"1"})"));

    Client(transport, optionsFor()).readVersion("Patient", "1", "3");

    CHECK(transport.requests.at(0).url.text() ==
          "https://ehr.example/api/FHIR/R4/Patient/1/_history/3");
}

TEST_CASE("client: a deadline of its own is the end of every request", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, "{}")).then(reply(200, "{}"));
    const Client client(transport, optionsFor());
    const auto soon = fhir::deadlineIn(std::chrono::milliseconds(5));

    client.withDeadline(soon).read("Patient", "1");
    client.withDeadline(fhir::Deadline::max()).read("Patient", "1");

    CHECK(transport.deadlines.at(0) == soon);
    CHECK(transport.deadlines.at(1) < fhir::deadlineIn(std::chrono::hours(1)));
}

}  // namespace write_test
