#include "plugin/settings/companion_settings.h"

#include <catch2/catch.hpp>

#include "plugin/connections/connections.h"
#include "tests/support/site_text.h"

namespace companion_settings_test {

namespace {

const std::string kBase = "http://127.0.0.1:1/fhir";

/// A further connection after the site's own. `more`: its further members.
std::string connection(const std::string& id, const std::string& more = {},
                       const std::string& vendor = "generic") {
    return R"(},{"id":")" + id + R"(","vendor":")" + vendor +
           R"(","fhirBase":"http://127.0.0.1:2/fhir","auth":{"method":"none"},"units":[])" + more;
}

plugin::SettingsResult read(const std::string& more) {
    return plugin::readSettings(test::siteText(kBase, more), "/nowhere");
}

/// "pointer: text" of every fault, a line each.
std::string faults(const std::string& more) {
    std::string all;
    for (const auto& fault : read(more).faults) all += fault.path + ": " + fault.text + "\n";
    return all;
}

bool has(const std::string& text, const std::string& part) {
    INFO(text);
    return text.find(part) != std::string::npos;
}

const std::string kOnShelf = R"(,"companion":{"server":"shelf"})";

}  // namespace

TEST_CASE("companion settings: another connection is the companion", "[settings]") {
    const auto result = read(kOnShelf + connection("shelf"));

    REQUIRE(result.faults.empty());
    const auto& general = *result.settings.findConnection("general");
    CHECK(general.companionServer == "shelf");
    CHECK_FALSE(general.companion);  // nobody is let in to read what is not here
    CHECK_FALSE(general.isCompanion);
    CHECK(result.settings.findConnection("shelf")->isCompanion);

    const plugin::Connections connections(result.settings.connections);
    CHECK(connections.at("general").companion == &connections.at("shelf"));
    CHECK(connections.at("shelf").companion == nullptr);
}

TEST_CASE("companion settings: without a server our own store is the companion", "[settings]") {
    const auto result = read("");

    REQUIRE(result.faults.empty());
    CHECK(result.settings.connections.front().companionServer.empty());
    CHECK(plugin::Connections(result.settings.connections).at("general").companion == nullptr);
}

TEST_CASE("companion settings: a companion asks for no more than it needs", "[settings]") {
    const auto more = R"(,"write":{"routes":["task","companion"]})";
    const auto settings = read(kOnShelf + connection("shelf", more)).settings;
    const auto& storage = *settings.findConnection("shelf");

    CHECK(plugin::typesRead(storage) == std::vector<std::string>{"Observation"});
    const auto scopes = plugin::neededScopes(storage).resources;
    for (const auto& scope : scopes) CHECK((scope.type == "Observation" || scope.type == "Flag"));
    CHECK(std::any_of(scopes.begin(), scopes.end(), [](const auto& scope) {
        return scope.type == "Observation" &&
               (scope.permissions & fhir::smart::ResourceScope::kCreate) != 0;
    }));
}

TEST_CASE("companion settings: who cannot be a companion is told why, and what to do",
          "[settings]") {
    const std::string at = "/connections/0/companion/server: ";
    CHECK(has(faults(R"(,"companion":{"server":"attic"})" + connection("shelf")),
              at + "there is no connection of this id; add the server to /connections"));
    CHECK(has(faults(R"(,"companion":{"server":"general"})"), at + "is this connection itself"));
    CHECK(has(faults(kOnShelf + connection("shelf", R"(,"companion":{"server":"attic"})") +
                     connection("attic")),
              at + "has a companion server of its own"));
    CHECK(has(faults(kOnShelf + connection("shelf", R"(,"overrides":{"keepsIdentifiers":false})")),
              at + "its vendor profile says that it does not keep identifiers"));
    CHECK(has(faults(R"(,"companion":{"server":"shelf","issuer":"https://a.example",)"
                     R"("audience":"b"})" +
                     connection("shelf")),
              "/connections/0/companion/issuer: is for callers of our own companion"));
    CHECK(has(faults(R"(,"companion":{"server":7})" + connection("shelf")),
              "/connections/0/companion/server"));
    CHECK(has(faults(R"(,"companion":"shelf")" + connection("shelf")), "/connections/0/companion"));
}

}  // namespace companion_settings_test
