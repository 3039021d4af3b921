#pragma once

#include <optional>
#include <string>

#include "fhir/base/clock.h"
#include "plugin/store/database.h"

namespace plugin::launch {

/// Stores launches under way by the `state` that was sent to the authorization server, as its
/// SHA-256. Each is valid for one callback, at any instance of this service.
class LaunchStateTable {
public:
    static constexpr std::size_t kLaunchesMax = 10'000;  ///< under way at once

    explicit LaunchStateTable(store::Database& database) : database_(database) {}

    /// Removes what is too old. False if too many launches are under way.
    bool put(const std::string& state, const std::string& content, fhir::Instant expires,
             fhir::Instant now);
    /// Returns the content once: a second call gets nothing, even if the first one's launch failed.
    std::optional<std::string> take(const std::string& state, fhir::Instant now);

private:
    store::Database& database_;
};

}  // namespace plugin::launch
