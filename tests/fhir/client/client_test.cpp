#include "fhir/client/client.h"

#include "fhir/r4/encounter.h"
#include "tests/fhir/client/client_fixture.h"
#include "tests/support/fake_transport.h"
#include "tests/support/thrown.h"

namespace client_test {

using Catch::Matchers::Contains;
using fhir::Client;
using fhir::ErrorKind;
using namespace test;

TEST_CASE("client: a read asks for FHIR JSON and gives the resource", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, patient("p-1")));
    const Client client(transport, withToken());

    const auto found = client.read<fhir::Patient>("p-1");

    CHECK(found.id == "p-1");
    const auto& request = transport.requests.at(0);
    CHECK(request.method == "GET");
    CHECK(request.url.text() == "https://ehr.example/api/FHIR/R4/Patient/p-1");
    CHECK(request.headers.find("Accept") == "application/fhir+json");
    CHECK(request.headers.find("Authorization") == "Bearer made-up-token");
    CHECK(request.body.empty());
}

TEST_CASE("client: a base may end in a slash, or be the root", "[fhir]") {
    const auto [base, expected] = GENERATE(table<std::string, std::string>({
        {"https://ehr.example/fhir/", "https://ehr.example/fhir/Patient/1"},
        {"https://ehr.example/fhir///", "https://ehr.example/fhir/Patient/1"},
        {"https://ehr.example", "https://ehr.example/Patient/1"},
        {"https://ehr.example:8443/a/b", "https://ehr.example:8443/a/b/Patient/1"},
    }));
    FakeTransport transport;
    transport.then(reply(200, patient("1")));

    Client(transport, withToken(base)).read("Patient", "1");

    CHECK(transport.requests.at(0).url.text() == expected);
    CHECK(transport.requests.at(0).headers.find("Authorization"));
}

TEST_CASE("client: an id that is none never goes into a URL", "[fhir]") {
    const std::string id = GENERATE("", "../Practitioner/1", "1?_format=xml", "a/b", "a b", "é");
    FakeTransport transport;
    const Client client(transport, optionsFor());

    CHECK(thrown([&] { client.read("Patient", id); }).kind() == ErrorKind::InvalidInput);
    CHECK(transport.requests.empty());
}

TEST_CASE("client: every request has its own deadline", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, patient("1"))).then(reply(200, patient("2")));
    auto options = optionsFor();
    options.timeout = std::chrono::seconds(3);
    fhir::Deadline now(std::chrono::hours(1));
    options.clock.steady = [&] { return now; };
    const Client client(transport, options);

    client.read("Patient", "1");
    now += std::chrono::seconds(7);
    client.read("Patient", "2");

    CHECK(transport.deadlines ==
          std::vector{now - std::chrono::seconds(4), now + std::chrono::seconds(3)});
}

TEST_CASE("client: the site's headers go with every request, ours go before them", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, patient("1")));
    auto options = optionsFor();
    options.headers = {{"X-Site", "made-up"}, {"accept", "text/html"}};

    Client(transport, options).read("Patient", "1");

    CHECK(transport.requests.at(0).headers.find("X-Site") == "made-up");
    CHECK(transport.requests.at(0).headers.find("Accept") == "application/fhir+json");
}

TEST_CASE("client: a resource of the wrong shape is a bad reply that names its place", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, R"({"resourceType":"Encounter","id":"e"})"));
    const Client client(transport, optionsFor());

    const auto error = thrown([&] { client.read<fhir::Encounter>("e"); });

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK(error.path() == "/status");
    CHECK(std::string(error.what()) == "read Encounter: /status is missing");
}

TEST_CASE("client: what fails on the way says which step it was", "[fhir]") {
    FakeTransport transport;
    transport.then(fhir::Error(ErrorKind::Unavailable, "nothing listens there"))
        .then(fhir::Error(ErrorKind::Unavailable, "nothing listens there"))
        .then(fhir::Error(ErrorKind::Unavailable, "nothing listens there"));
    const Client client(transport, optionsFor());

    const auto read = thrown([&] { client.read("Patient", "1"); });
    const auto search = thrown([&] { client.search("Encounter", {}, [](const auto&) {}); });
    const auto create = thrown([&] { client.create("Observation", "{}"); });

    CHECK(read.kind() == ErrorKind::Unavailable);
    CHECK(std::string(read.what()) == "read Patient: nothing listens there");
    CHECK(std::string(search.what()) == "search Encounter: nothing listens there");
    CHECK(std::string(create.what()) == "create Observation: nothing listens there");
}

TEST_CASE("client: a redirect is not followed", "[fhir]") {
    const int status = GENERATE(301, 302, 303, 307, 308);
    FakeTransport transport;
    transport.then(reply(status, "", {{"Location", "https://ehr.example/elsewhere?token=x"}}));
    const Client client(transport, withToken());

    const auto error = thrown([&] { client.read("Patient", "1"); });

    CHECK(transport.requests.size() == 1);
    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), Contains("redirect") && Contains("fhirBase") && !Contains("token"));
}

TEST_CASE("client: capabilities are read from metadata", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(200, R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1"})"))
        .then(reply(200, R"({"resourceType":"CapabilityStatement","fhirVersion":4})"))
        .then(reply(200, R"({"resourceType":"Basic"})"));
    const Client client(transport, optionsFor());

    CHECK(client.capabilities().fhirVersion == "4.0.1");
    CHECK(transport.requests.at(0).url.text() == "https://ehr.example/api/FHIR/R4/metadata");
    CHECK(client.capabilities().problems.front().path == "/fhirVersion");
    CHECK_THAT(thrown([&] { client.capabilities(); }).what(),
               Contains("read CapabilityStatement: /resourceType"));
}

TEST_CASE("client: metadata is asked for without a token, and with one where none is not enough",
          "[fhir]") {
    const auto without = GENERATE(reply(401), reply(403), reply(404), reply(302),
                                  reply(200, "<html>", {{"Content-Type", "text/html"}}));
    const std::string metadata = R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1"})";
    FakeTransport transport;
    transport.then(reply(200, metadata)).then(without).then(reply(200, metadata)).then(reply(503));
    const Client client(transport, test::withToken());
    const auto hasToken = [&](std::size_t index) {
        return transport.requests.at(index).headers.find("Authorization").has_value();
    };

    client.capabilities();
    client.capabilities();
    CHECK(thrown([&] { client.capabilities(); }).kind() == ErrorKind::Unavailable);

    CHECK_FALSE(hasToken(0));
    CHECK_FALSE(hasToken(1));
    CHECK(hasToken(2));
    CHECK_FALSE(hasToken(3));
    CHECK(transport.isDone());
}

TEST_CASE("client: gone is not found", "[fhir]") {
    FakeTransport transport;
    transport.then(reply(410));
    const Client client(transport, optionsFor());

    const auto error = thrown([&] { client.read("Patient", "1"); });

    CHECK(error.kind() == ErrorKind::NotFound);
    CHECK(error.status() == 410);
}

TEST_CASE("client: a credential that 401 was answered to is renewed once (SMART 93, 264)",
          "[fhir]") {
    test::FakeTransport transport;
    transport.then(test::reply(401)).then(test::reply(200, test::patient("1")));
    auto options = test::optionsFor();
    std::string token = "old";
    std::vector<std::string> refused;
    options.authorization = [&] { return fhir::Secret("Bearer " + token); };
    options.renew = [&](const fhir::Secret& used) {
        refused.push_back(used.reveal());
        token = "new " + std::to_string(refused.size());
        return true;
    };
    const fhir::Client client(transport, options);

    client.read("Patient", "1");

    CHECK(refused == std::vector<std::string>{"Bearer old"});
    CHECK(transport.requests.at(0).headers.find("Authorization") == "Bearer old");
    CHECK(transport.requests.at(1).headers.find("Authorization") == "Bearer new 1");
    CHECK(transport.deadlines.at(0) == transport.deadlines.at(1));

    // A second 401 is the answer; and a create goes out once more just so: nothing was done.
    transport.then(test::reply(401)).then(test::reply(401));
    CHECK(test::thrown([&] { client.read("Patient", "1"); }).kind() ==
          fhir::ErrorKind::Unauthorized);
    transport.then(test::reply(401)).then(test::reply(201));
    client.create("Observation", "{}");
    CHECK(transport.requests.back().body == "{}");
    CHECK(transport.requests.size() == 6);
}

TEST_CASE("client: the credential that was refused is not sent again", "[fhir]") {
    test::FakeTransport transport;
    transport.then(test::reply(401));
    auto options = test::withToken();
    options.renew = [](const fhir::Secret&) { return true; };
    const fhir::Client client(transport, options);

    CHECK(test::thrown([&] { client.read("Patient", "1"); }).kind() ==
          fhir::ErrorKind::Unauthorized);
    CHECK(transport.requests.size() == 1);
}

TEST_CASE("client: no renewal without a credential, or where none is to be had", "[fhir]") {
    const bool hasCredential = GENERATE(true, false);
    test::FakeTransport transport;
    transport.then(test::reply(401));
    auto options = hasCredential ? test::withToken() : test::optionsFor();
    int asked = 0;
    options.renew = [&](const fhir::Secret&) {
        ++asked;
        return false;
    };
    const fhir::Client client(transport, options);

    CHECK(test::thrown([&] { client.read("Patient", "1"); }).kind() ==
          fhir::ErrorKind::Unauthorized);
    CHECK(asked == (hasCredential ? 1 : 0));
    CHECK(transport.requests.size() == 1);
}

}  // namespace client_test
