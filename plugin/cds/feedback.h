#pragma once

#include <string>
#include <vector>

#include "fhir/base/json.h"
#include "plugin/cds/card_id.h"
#include "plugin/cds/cds_table.h"

namespace plugin::cds {

/// The part of feedback on cards (CDS Hooks 2.0, Feedback) that is stored: no user, no comment.
struct Feedback {
    std::vector<CardFeedback> known;      ///< on cards of ours
    std::vector<std::string> overridden;  ///< stays (CardOrigin::stay) not to ask about again
    std::size_t unknown = 0;              ///< on cards that were never made for this connection
};

/// Reads a batch of at most 1000 reports. Throws Error{InvalidInput} with the path of what is
/// wrong; then the whole batch is refused.
Feedback readFeedback(const fhir::json::Value& root, const CardIds& ids,
                      const std::string& connection, const std::string& service);

}  // namespace plugin::cds
