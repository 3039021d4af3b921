#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/base/clock.h"

namespace plugin::cli {

/// What one step of `check` found.
struct CheckLine {
    std::string step, result;  ///< result: pass | warn | fail | skip
    std::string detail;        ///< what was seen
    std::string advice;        ///< what to do, from the vendor's profile if it says so; or ""
    std::vector<std::string> granted{};  ///< scopes, where the step is about them; in JSON alone
};

/// What `check` found on one connection.
struct CheckedConnection {
    std::string id, product;           ///< product: what people call the EHR
    std::string about, documentation;  ///< what to know of that product, and its page; or ""
    std::vector<CheckLine> lines;
    bool ready = false;

    std::size_t warnings() const noexcept;
    /// "ready", "ready, with 2 warnings" or "not ready".
    std::string verdict() const;
};

/// The text without the ids of the resources that it names: a report goes into a ticket.
std::string withoutIds(std::string_view text);

/// `{"connection":"…","step":"…","result":"…","detail":"…","advice":"…","granted":["…"]}`, without
/// an empty advice, or scopes where there are none.
std::string jsonLine(const std::string& connection, const CheckLine& line);
/// `{"connection":"…","ready":true,"warnings":0}`
std::string jsonLine(const CheckedConnection& connection);

/// The steps as a table for a terminal of 100 columns, each with what to do below it.
std::string table(const CheckedConnection& connection);

/// All of it as one page that can be attached to a ticket: no script, no link to elsewhere,
/// readable without colours. Every text is escaped.
std::string htmlPage(const std::vector<CheckedConnection>& connections, fhir::Instant now);

}  // namespace plugin::cli
