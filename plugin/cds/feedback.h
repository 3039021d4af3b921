#pragma once

#include <string>
#include <vector>

#include "fhir/base/json.h"
#include "plugin/cds/card_id.h"
#include "plugin/cds/cds_table.h"

namespace plugin::cds {

/// Feedback on cards (CDS Hooks 2.0, Feedback), as far as it is kept: no user, no comment.
struct Feedback {
    std::vector<CardFeedback> known;      ///< on cards of ours
    std::vector<std::string> overridden;  ///< stays (CardOrigin::stay) that want to be left alone
    std::size_t unknown = 0;              ///< on cards that were never made for this connection
};

/// Reads a batch of at most 1000 reports. Throws Error{InvalidInput} with the place of what is
/// wrong; then nothing of the batch counts.
Feedback readFeedback(const fhir::json::Value& root, const CardIds& ids,
                      const std::string& connection, const std::string& service);

}  // namespace plugin::cds
