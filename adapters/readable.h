#pragma once

#include <set>
#include <string>
#include <vector>

#include "adapters/profile/profile.h"
#include "fhir/client/client.h"

namespace adapters {

/// Which of some patients the EHR lets whoever asks read.
struct Readable {
    std::set<std::string> yes;      ///< by Patient id
    std::set<std::string> unknown;  ///< it was away, or its answer made no sense
};

/// Asks for each Patient: by `_id` in lists, then those one by one whom no list brought. Who is in
/// neither set is refused, or not there. Throws Error{Unauthorized} if the token is taken no more.
Readable findReadable(const fhir::Client& client, const Profile& profile,
                      const std::vector<std::string>& patientIds);

}  // namespace adapters
