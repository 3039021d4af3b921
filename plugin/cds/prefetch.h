#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "fhir/client/client.h"
#include "plugin/records/patient_reader.h"

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

/// What the key "statements" tells of this patient's words on the server. Only a first page, or
/// a Bundle that cannot be read, tells nothing: the EHR must be asked. An entry that cannot be read
/// costs itself alone, and leaves the rest not whole.
records::Known<records::WordsRead> prefetchedWords(const fhir::json::Value& root,
                                                   const std::string& patient,
                                                   const fhir::ServerAddress& server);

/// What the key "patient" or "encounter" tells of the resource with this id. One that cannot be
/// read, or is somebody else's, is none: the words matter more than what they are judged by.
records::Known<fhir::Patient> prefetchedPatient(const fhir::json::Value& root,
                                                const std::string& id);
records::Known<fhir::Encounter> prefetchedEncounter(const fhir::json::Value& root,
                                                    const std::string& id);

}  // namespace plugin::cds
