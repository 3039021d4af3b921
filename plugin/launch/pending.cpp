#include "plugin/launch/pending.h"

#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "plugin/launch/launch_state_table.h"
#include "plugin/store/sealing/digest.h"

namespace plugin::launch {
namespace {

std::string placeOf(const std::string& state) {
    return "launch_state/content/" + store::digestOf(state);
}

}  // namespace

void keep(store::Database& database, const std::string& state, const Pending& pending,
          fhir::Instant now) {
    fhir::json::Writer writer;
    writer.beginObject()
        .member("iss", pending.iss)
        .member("browser", store::digestOf(pending.browser))
        .member("nonce", pending.nonce)
        .member("verifier", pending.verifier.reveal())
        .member("scope", pending.scope)
        .endObject();
    const auto content = database.vault().seal(writer.take(), placeOf(state));
    if (!LaunchStateTable(database).put(state, content, now + kLaunchTime, now))
        throw fhir::Error(fhir::ErrorKind::Unavailable,
                          "Too many launches are under way; try again soon.");
}

std::optional<Pending> take(store::Database& database, const std::string& state,
                            fhir::Instant now) {
    const auto content = LaunchStateTable(database).take(state, now);
    if (!content) return std::nullopt;
    const auto document =
        fhir::json::Document::parse(database.vault().open(*content, placeOf(state)));
    const auto json = document.root();
    return Pending{json.at("iss").string(), json.at("browser").string(), json.at("nonce").string(),
                   fhir::Secret(json.at("verifier").string()),
                   json.findString("scope").value_or("")};
}

bool belongsTo(const Pending& taken, const std::string& cookie) {
    // Both are SHA-256 of what nobody can guess: how long the comparison takes tells nothing.
    return store::digestOf(cookie) == taken.browser;
}

}  // namespace plugin::launch
