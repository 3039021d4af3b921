#include "fhir/smart/introspection.h"

#include "tests/support/fake_transport.h"
#include "tests/support/thrown.h"

namespace introspection_test {

using namespace std::chrono_literals;
using fhir::ErrorKind;

namespace {

const auto kUrl = fhir::Url::parse("https://auth.example/introspect");
const auto kTokenUrl = fhir::Url::parse("https://auth.example/token");

struct World {
    test::FakeTransport transport;

    fhir::smart::Introspected ask(int status, const std::string& body) {
        transport.then(test::reply(status, body));
        return fhir::smart::introspect(transport, kUrl,
                                       {.method = fhir::smart::AuthMethod::ClientSecretBasic,
                                        .clientId = "us",
                                        .secret = fhir::Secret("hush")},
                                       kTokenUrl, fhir::Secret("shown+token"), fhir::Instant{},
                                       fhir::deadlineIn(5s));
    }
};

}  // namespace

TEST_CASE("introspection: a token goes in the body, and what it is worth comes back", "[smart]") {
    World world;

    const auto token = world.ask(
        200, R"({"active":true,"scope":"patient/Observation.rs","client_id":"them","patient":"7",)"
             R"("iss":"https://auth.example","aud":["a","b"],"exp":1000})");

    const auto& request = world.transport.requests.at(0);
    CHECK(request.method == "POST");
    CHECK(request.url.text() == "https://auth.example/introspect");
    CHECK(fhir::Query::parse(request.body).find("token") == "shown+token");
    CHECK(request.headers.find("Authorization")->starts_with("Basic "));
    CHECK(token.active);
    CHECK(token.scopes.resources.size() == 1);
    CHECK(token.patient == "7");
    CHECK(token.clientId == "them");
    CHECK(token.audiences == std::vector<std::string>{"a", "b"});
    CHECK(token.expires == fhir::Instant(1000s));
}

TEST_CASE("introspection: of a token that does not count nothing else is read", "[smart]") {
    World world;
    const auto token = world.ask(200, R"({"active":false,"scope":"system/*.cruds","aud":7})");
    CHECK_FALSE(token.active);
    CHECK(token.scopes.empty());
}

TEST_CASE("introspection: what is no answer lets nobody in", "[smart]") {
    World world;
    for (const char* body : {"", "[]", "{}", R"({"active":"true"})", R"({"active":1})",
                             R"({"active":true,"exp":"soon"})", R"({"active":true,"aud":[7]})"})
        CHECK(test::thrown([&] { world.ask(200, body); }).kind() == ErrorKind::BadReply);
    CHECK(test::thrown([&] { world.ask(401, "{}"); }).kind() == ErrorKind::Unauthorized);
    CHECK(test::thrown([&] { world.ask(503, ""); }).kind() == ErrorKind::Unavailable);
}

}  // namespace introspection_test
