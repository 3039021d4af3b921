#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fhir/base/json.h"
#include "plugin/domain/statement.h"
#include "plugin/store/tables/outbox_table.h"

namespace plugin::store {
class Database;
}

namespace plugin::api {

/// How far a statement still holds: what is replaced stays readable; what was taken back may have
/// been somebody else's words, and tells nothing any more.
enum class StatementStatus : std::uint8_t { Stands, Replaced, Withdrawn };

StatementStatus statusOf(const domain::Statement& statement,
                         const std::vector<domain::Statement>& all);

/// The way of a statement of ours into the EHR, and of what takes it back.
struct DeliveryTrace {
    std::optional<store::OutboxEntry> entry, correction;
    std::string enterer;  ///< the name of who wrote it down here; "" where unknown

    static DeliveryTrace of(store::Database& database, const std::string& connection,
                            const std::string& urn);
};

/// Writes the `Statement` of openapi.yaml. `current`: it is what holds of its aspect.
void writeStatement(fhir::json::Writer& writer, const domain::Statement& statement, bool current,
                    StatementStatus status, const DeliveryTrace& trace);

}  // namespace plugin::api
