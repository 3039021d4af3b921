#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "fhir/client/client.h"
#include "plugin/domain/statement.h"

namespace plugin::cds {

/// What a prefetch key holds (CDS Hooks 2.0, Prefetch Template).
struct Prefetch {
    enum class State {
        Absent,  ///< left out: to be read from the EHR
        Null,    ///< asked for, and there is nothing
        Failed,  ///< an OperationOutcome, or no resource at all: not to be asked for again
        Given,
    };
    State state = State::Absent;
    std::optional<fhir::json::Value> resource{};  ///< set if Given
    /// If an OperationOutcome says why it Failed: the kind that the same answer to our own request
    /// has.
    std::optional<fhir::ErrorKind> failure{};
};

Prefetch prefetchOf(const fhir::json::Value& root, std::string_view key);

/// What was read of a patient's words.
struct WordsRead {
    std::vector<domain::Statement> statements;
    bool isWhole = true;  ///< everything could be read
};

/// Reads the statements about this patient of the server from a searchset; nullopt if it is only a
/// first page or cannot be read: then the EHR must be asked.
std::optional<WordsRead> statementsOf(const fhir::json::Value& bundle, const std::string& patient,
                                      const fhir::ClientOptions& server);

}  // namespace plugin::cds
