#pragma once

#include <string>

#include "fhir/base/clock.h"
#include "plugin/store/database.h"

namespace plugin::launch {

/// Remembers which launches were ended by a callback, by the SHA-256 of their `state`, until they
/// expire: each is valid for one callback, at any instance of this service.
class UsedStateTable {
public:
    /// Beyond it those that expire first are forgotten.
    static constexpr std::int64_t kUsedMax = 100'000;

    explicit UsedStateTable(store::Database& database) : database_(database) {}

    /// True the first time.
    bool markUsed(const std::string& state, fhir::Instant expires, fhir::Instant now);

private:
    store::Database& database_;
};

}  // namespace plugin::launch
