#include "plugin/cds/feedback.h"

#include <algorithm>
#include <optional>

#include "fhir/r4/date_time.h"
#include "plugin/cds/card.h"
#include "plugin/cds/hook.h"

namespace plugin::cds {
namespace {

using fhir::json::Value;

constexpr std::size_t kReportsMax = 1000;

/// A code of ours; "other" for any other answer, "" for none. Comments are not kept: they are
/// free text about patients and colleagues.
std::string reasonOf(const Value& report) {
    const auto given = report.find("overrideReason");
    if (!given) return "";
    const auto reason = given->find("reason");
    if (!reason) return given->find("userComment") ? "other" : "";
    const auto code = reason->at("code").string();
    const auto& known = overrideReasons();
    const bool isOurs =
        std::any_of(known.begin(), known.end(), [&](const auto& one) { return code == one.code; });
    return isOurs && reason->at("system").text() == kOverrideReasonSystem ? code : "other";
}

/// A time without a zone, which some clients send, is taken as UTC: it says which of two reports
/// about a card is the later one, and on which day they came.
std::optional<fhir::DateTime> timeOf(const Value& value) {
    auto time = fhir::DateTime::tryParse(value.text());
    return time ? time : fhir::DateTime::tryParse(value.string() + "Z");
}

CardFeedback reportOf(const Value& report) {
    CardFeedback result;
    result.card = report.at("card").string();
    result.outcome = report.at("outcome").string();
    if (result.outcome != "accepted" && result.outcome != "overridden")
        report.at("outcome").refuse("must be accepted or overridden");
    const auto at = timeOf(report.at("outcomeTimestamp"));
    if (!at) report.at("outcomeTimestamp").refuse("is no time");
    result.at = at->earliest();
    for (const auto suggestion : report.findArray("acceptedSuggestions"))
        suggestion.at("id").text();
    if (result.outcome == "overridden") result.reason = reasonOf(report);
    return result;
}

}  // namespace

Feedback readFeedback(const Value& root, const CardIds& ids, const std::string& connection,
                      const std::string& service) {
    const auto reports = root.at("feedback");
    if (!reports.isArray() || reports.size() == 0) reports.refuse("must be an array of reports");
    if (reports.size() > kReportsMax)
        reports.refuse("has more than " + std::to_string(kReportsMax) + " reports");
    Feedback result;
    for (const auto one : reports.array()) {
        auto report = reportOf(one);
        const auto origin = ids.read(connection, report.card);
        const auto& all = services();
        const bool isKnown = origin && origin->service < static_cast<int>(all.size()) &&
                             service == all.at(static_cast<std::size_t>(origin->service)).id;
        if (!isKnown) {
            ++result.unknown;
            continue;
        }
        std::transform(report.card.begin(), report.card.end(), report.card.begin(),
                       [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
        report.connection = connection;
        report.service = service;
        report.kind = toString(origin->kind);
        if (report.outcome == "overridden") result.overridden.push_back(origin->stay);
        result.known.push_back(std::move(report));
    }
    return result;
}

}  // namespace plugin::cds
