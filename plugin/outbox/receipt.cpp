#include "plugin/outbox/receipt.h"

#include <string_view>

#include "adapters/companion_references.h"
#include "fhir/r4/date_time.h"

namespace plugin::outbox {
namespace {

using store::OutboxEntry;
using store::OutboxState;
using store::Placement;

/// Without the full stop that a sentence may end in, so that it can go on.
std::string_view withoutStop(std::string_view sentence) noexcept {
    if (!sentence.empty() && sentence.back() == '.') sentence.remove_suffix(1);
    return sentence;
}

/// Routes that are for the other kind of resource were never meant for this one.
bool isForOtherKind(const OutboxEntry& entry, std::string_view route) noexcept {
    if (entry.kind == store::EntryKind::Flag)
        return route == "observation" || route == "flowsheet-observation" ||
               route == "questionnaire-response";
    return route == "flag";
}

/// "here", or on which server.
std::string placeKept(const OutboxEntry& entry) {
    if (entry.placement != Placement::RemoteCompanion) return "here";
    return "on the companion server " + adapters::serverName(entry.location);
}

std::string keptBecause(const OutboxEntry& entry) {
    std::string reasons;
    for (const auto& [route, why] : entry.skipped) {
        if (isForOtherKind(entry, route)) continue;
        std::string reason(withoutStop(why));
        if (reason.starts_with("The ")) reason.front() = 't';
        reasons += (reasons.empty() ? "" : "; ") + reason;
    }
    const auto kept = "Kept " + placeKept(entry);
    if (reasons.empty()) return kept + ", as this site is set up.";
    return kept + ", because " + reasons + ".";
}

std::string inTheChart(const std::string& location) {
    const auto type = location.substr(0, location.find('/'));
    if (type.empty()) return "In the chart.";
    const bool hasVowel = std::string_view("AEIOU").find(type.front()) != std::string_view::npos;
    return std::string("In the chart as ") + (hasVowel ? "an " : "a ") + type + ".";
}

/// Of an entry that has taken another one's words back.
std::string whereCorrected(const OutboxEntry& entry) {
    if (isInCompanion(entry.placement) && !entry.skipped.empty())
        return "Taken back here. In the chart it still stands: " +
               std::string(withoutStop(entry.skipped.back().why)) + ".";
    switch (entry.placement) {
        case Placement::Nowhere:
            return "Taken back before it was sent: it is not in the chart.";
        case Placement::Ehr:
            return "Taken back, and marked in the chart as entered in error.";
        case Placement::LocalCompanion:
            return "Taken back here, where it was kept.";
        case Placement::RemoteCompanion:
            return "Taken back, and marked " + placeKept(entry) + " as entered in error.";
    }
    return "Taken back here.";
}

/// Of an entry that takes another one's words back.
std::string whereIsCorrection(const OutboxEntry& entry) {
    switch (entry.state) {
        case OutboxState::Waiting:
            if (entry.lastError.empty())
                return "Taken back here; it is not yet marked in the chart: that is on its way.";
            return "Taken back here; it is not yet marked in the chart: " +
                   std::string(withoutStop(entry.lastError)) + "; next try at " +
                   fhir::toFhirInstant(entry.nextAttempt) + ".";
        case OutboxState::Delivered:
            return whereCorrected(entry);
        case OutboxState::Failed:
            return "Taken back here. In the chart it may still stand, and somebody who runs this "
                   "service must look: " +
                   std::string(withoutStop(entry.lastError)) + ".";
        case OutboxState::InDoubt:
            return "Taken back here. Whether it is marked in the chart is not known, and somebody "
                   "who runs this service must look: " +
                   std::string(withoutStop(entry.lastError)) + ".";
        case OutboxState::Discarded:
            return "Taken back here. In the chart it may still stand: the correction was taken off "
                   "its way by hand (" +
                   std::string(withoutStop(entry.lastError)) + ").";
    }
    return "Taken back here.";
}

/// Of an entry that has done anything else.
std::string whereDelivered(const OutboxEntry& entry) {
    if (entry.kind == store::EntryKind::RemoveCopy)
        return "In the chart, and not on the companion server any more.";
    return isInCompanion(entry.placement) ? keptBecause(entry) : inTheChart(entry.location);
}

std::string notYet(const OutboxEntry& entry) {
    if (entry.lastError.empty()) return "Not yet in the chart: it is on its way.";
    return "Not yet in the chart: " + std::string(withoutStop(entry.lastError)) + "; next try at " +
           fhir::toFhirInstant(entry.nextAttempt) + ".";
}

}  // namespace

std::string whereRead(const std::optional<std::string>& location) {
    const auto server = adapters::serverName(location.value_or(""));
    if (server.empty()) return "Read from the chart.";
    return "Kept on the companion server " + server + ", and read from there.";
}

std::string whereIs(const OutboxEntry& entry) {
    if (entry.kind == store::EntryKind::Correction) return whereIsCorrection(entry);
    switch (entry.state) {
        case OutboxState::Waiting:
            return notYet(entry);
        case OutboxState::Delivered:
            return whereDelivered(entry);
        case OutboxState::Failed:
            return "Not in the chart, and somebody who runs this service must look: " +
                   std::string(withoutStop(entry.lastError)) + ".";
        case OutboxState::InDoubt:
            return "Perhaps in the chart: it was sent, and the EHR gave no sure answer. It is not "
                   "sent again before somebody who runs this service has looked: " +
                   std::string(withoutStop(entry.lastError)) + ".";
        case OutboxState::Discarded:
            if (!entry.correctedBy.empty())
                return "Not in the chart: taken back before it was sent.";
            return "Not in the chart: taken off its way by hand (" +
                   std::string(withoutStop(entry.lastError)) + ").";
    }
    return "Not in the chart.";
}

void writeReceipt(fhir::json::Writer& writer, const OutboxEntry& entry) {
    writer.beginObject()
        .member("id", entry.id)
        .member("state", toString(entry.state))
        .member("route", entry.route)
        .member("location", entry.location)
        .key("skipped")
        .beginArray();
    for (const auto& [route, why] : entry.skipped)
        writer.beginObject().member("route", route).member("why", why).endObject();
    writer.endArray()
        .member("remark", entry.remark)
        .member("attempts", static_cast<std::int64_t>(entry.attempts));
    if (entry.state == OutboxState::Waiting)
        writer.member("nextAttempt", fhir::toFhirInstant(entry.nextAttempt));
    writer.member("lastError", entry.lastError);
    if (!entry.corrects.empty()) writer.member("corrects", entry.corrects);
    if (!entry.correctedBy.empty()) writer.member("correctedBy", entry.correctedBy);
    writer.member("where", whereIs(entry)).endObject();
}

std::string receiptJson(const OutboxEntry& entry) {
    fhir::json::Writer writer;
    writeReceipt(writer, entry);
    return writer.take();
}

}  // namespace plugin::outbox
