#include "plugin/sessions/grants.h"

#include <atomic>
#include <thread>

#include "plugin/sessions/sessions.h"
#include "plugin/store/database.h"
#include "tests/support/raw_server.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thrown.h"

namespace grants_test {

using namespace std::chrono_literals;
using plugin::AuthorizationServers;
using plugin::sessions::Grants;
using test::thrown;

namespace {

/// An EHR's token address, and the grants of a site that it launches, at a time that a test sets.
struct Fixture {
    Fixture() {
        plugin::ConnectionSettings settings;
        settings.id = "general";
        settings.vendor = "generic";
        settings.profile = adapters::vendorProfile("generic");
        settings.fhirBase = fhir::Url::parse(server.url() + "/fhir");
        settings.auth.method = "none";
        settings.launch = plugin::LaunchSettings{.clientId = "wm",
                                                 .auth = {},
                                                 .issuers = {settings.fhirBase},
                                                 .scopes = {},
                                                 .frameAncestors = {}};
        settings.launch->auth.identity.clientId = "wm";
        connections = std::make_unique<plugin::Connections>(std::vector{settings});
        authorizationServers = std::make_unique<AuthorizationServers>(*connections, clock());
        grants = std::make_unique<Grants>(database, *authorizationServers, clock());
    }

    fhir::Clock clock() {
        fhir::Clock result;
        result.now = [this] { return fhir::Instant(passed.load() + 1000h); };
        return result;
    }
    void serve(test::Connection& connection) {
        for (auto raw = connection.readRequest(); !raw.empty(); raw = connection.readRequest()) {
            const auto number = ++asked;
            const auto shown = raw.substr(raw.find("refresh_token=refresh-") + 22, 1);
            // A server that rotates: each refresh token is good once (SMART, "refresh").
            const bool isGood = shown == std::to_string(number - 1) && !isRevoked;
            const auto body =
                isGood
                    ? R"({"access_token":"access-)" + std::to_string(number) +
                          R"(","token_type":"bearer","expires_in":300,"refresh_token":"refresh-)" +
                          std::to_string(number) + "\"}"
                    : std::string(R"({"error":"invalid_grant"})");
            if (!connection.send(test::answer(isGood ? 200 : 400, body))) return;
        }
    }
    /// The tokens of a launch just now.
    void add(const std::string& refresh) {
        grants->add("grant", "session",
                    {server.url() + "/fhir", server.url() + "/auth/token", fhir::Secret("access-0"),
                     fhir::Secret(refresh), "user/Patient.r"},
                    300s);
    }
    std::string token() {
        const auto found = grants->accessToken("grant", fhir::deadlineIn(20s));
        return found ? found->reveal() : "none";
    }

    std::atomic<std::chrono::seconds> passed{0s};
    std::atomic<int> asked{0};
    std::atomic<bool> isRevoked{false};
    test::RawServer server{
        [this](test::Connection& connection, std::size_t) { serve(connection); }};
    test::TemporaryFolder folder;
    plugin::store::Database database{folder.file()};
    std::unique_ptr<plugin::Connections> connections;
    std::unique_ptr<AuthorizationServers> authorizationServers;
    std::unique_ptr<Grants> grants;
};

}  // namespace

TEST_CASE("grants: a token is refreshed shortly before it ends, with the newest refresh token",
          "[launch]") {
    Fixture fixture;
    fixture.add("refresh-0");

    fixture.passed = 269s;
    CHECK(fixture.token() == "access-0");
    CHECK(fixture.asked == 0);
    fixture.passed = 271s;
    CHECK(fixture.token() == "access-1");
    fixture.passed = 271s + 271s;
    CHECK(fixture.token() == "access-2");
    CHECK(fixture.asked == 2);
}

TEST_CASE("grants: however many ask, one refreshes", "[launch]") {
    Fixture fixture;
    fixture.add("refresh-0");
    fixture.passed = 400s;
    Grants other(fixture.database, *fixture.authorizationServers,
                 fixture.clock());  // another instance

    std::vector<std::string> tokens(12);
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < tokens.size(); ++i)
            threads.emplace_back([&, i] {
                auto& from = i % 3 == 0 ? other : *fixture.grants;
                tokens[i] = from.accessToken("grant", fhir::deadlineIn(20s)).value().reveal();
            });
    }

    CHECK(fixture.asked == 1);
    for (const auto& token : tokens) CHECK(token == "access-1");
}

TEST_CASE("grants: what the EHR has taken back ends the page", "[launch]") {
    Fixture fixture;
    fixture.add("refresh-0");
    fixture.passed = 400s;
    fixture.isRevoked = true;

    const auto error = thrown([&] { fixture.token(); });

    CHECK(error.kind() == fhir::ErrorKind::Unauthorized);
    CHECK(std::string(error.what()).find("from the chart") != std::string::npos);
}

TEST_CASE("grants: a token that cannot be refreshed counts until its end", "[launch]") {
    Fixture fixture;
    fixture.add("");

    fixture.passed = 299s;
    CHECK(fixture.token() == "access-0");
    fixture.passed = 300s;
    CHECK(fixture.token() == "none");
    CHECK(fixture.asked == 0);
}

TEST_CASE("grants: neither token is in the database in the clear (SMART 8, 9, 90)", "[launch]") {
    Fixture fixture;
    fixture.add("refresh-0");

    plugin::sessions::SessionTable table(fixture.database, {});
    const auto kept = table.findGrant("grant");

    REQUIRE(kept);
    CHECK(kept->content.find("access-0") == std::string::npos);
    CHECK(kept->content.find("refresh-0") == std::string::npos);
    CHECK(fixture.token() == "access-0");
}

}  // namespace grants_test
