#include "tests/faults/verdict.h"

#include "plugin/domain/summary.h"
#include "plugin/outbox/capture.h"
#include "plugin/outbox/delivery.h"
#include "plugin/records/companion_statements.h"
#include "plugin/records/projection.h"
#include "plugin/store/tables/companion_table.h"

namespace faults {

using plugin::store::EntryKind;
using plugin::store::OutboxState;
using plugin::store::OutboxTable;
namespace domain = plugin::domain;
namespace outbox = plugin::outbox;

constexpr int kEntriesMax = 100'000;

std::string Verdict::statusInChart(const std::string& location) {
    const auto response = ehr_.send(
        {"GET", fhir::Url::parse(adapter_.client().options().base.text() + "/" + location), {}, {}},
        fhir::Deadline::max());
    return fhir::json::Document::parse(response.body).root().findString("status").value_or("");
}

std::string Verdict::statusKept(const std::string& entry) {
    if (const auto found = onShelf_.find("urn:uuid:" + entry); found != onShelf_.end())
        return found->second;
    const auto kept = plugin::store::CompanionTable(database_).find("Observation", entry);
    if (!kept) return {};
    return fhir::json::Document::parse(kept->json).root().findString("status").value_or("");
}

/// What was taken back is nowhere, or is marked where it is, or, where the EHR would not, in the
/// companion.
std::string Verdict::judgeWithdrawn(const plugin::store::OutboxEntry& entry,
                                    const std::string& kept, std::size_t created) {
    const auto correction = OutboxTable(database_).find(entry.correctedBy);
    if (!correction) return "the withdrawal of " + entry.id + " is lost";
    if (created == 0 && kept.empty())
        return entry.state == OutboxState::Discarded ? std::string()
                                                     : entry.id + " is nowhere, and not discarded";
    if (entry.state != OutboxState::Delivered) return entry.id + " is there, and not delivered";
    if (!kept.empty() && kept != "entered-in-error")
        return entry.id + " was taken back, and the companion shows it";
    if (!kept.empty() && correction->route == "companion") return {};
    // What an earlier try kept on another server, as in error, may stay there and harms nobody.
    if (!kept.empty() && companion_.server == nullptr)
        return "the receipt of the withdrawal of " + entry.id + " names the wrong place";
    if (correction->route != "observation" || statusInChart(entry.location) != "entered-in-error")
        return entry.id + " was taken back, and the chart says " + statusInChart(entry.location);
    return {};
}

std::string Verdict::judgeEntry(const plugin::store::OutboxEntry& entry) {
    if (entry.state == OutboxState::Delivered && entry.kind == EntryKind::RemoveCopy) return {};
    const auto found = inChart_.find("urn:ietf:rfc:3986|urn:uuid:" + entry.id);
    const auto created = found == inChart_.end() ? 0 : found->second.created;
    const auto kept = statusKept(entry.id);
    const bool isKept = !kept.empty();
    if (created > 1) return entry.id + " is " + std::to_string(created) + " times in the chart";
    if (created == 1 && entry.location != found->second.where.front() && entry.route != "companion")
        return "the receipt of " + entry.id + " says " + entry.location;
    if (!entry.correctedBy.empty()) return judgeWithdrawn(entry, kept, created);
    if (entry.state != OutboxState::Delivered)
        return entry.id + " is " + toString(entry.state) + ": " + entry.lastError;
    if (!entry.corrects.empty()) return {};
    if (created + (isKept ? 1U : 0U) != 1)
        return entry.id + " is " + std::to_string(created) + " times in the chart and " +
               (isKept ? "once" : "not") + " in the companion";
    if (isKept != (entry.route == "companion"))
        return "the receipt of " + entry.id + " names the wrong place: " + entry.route;
    return {};
}

std::string Verdict::judgeOrder() {
    std::map<std::string, int> last;
    for (const auto& entry : OutboxTable(database_).list(true, kEntriesMax)) {
        if (entry.route != "observation" || !entry.corrects.empty()) continue;
        if (promised_.deadLetters.contains(entry.id)) continue;
        const int order = std::stoi(entry.location.substr(entry.location.find('/') + 1));
        auto& before = last[entry.businessKey];
        if (order <= before) return entry.id + " overtook one of its key";
        before = order;
    }
    return {};
}

/// Nobody is shown words as current that were taken back, whatever the chart says of them.
std::string Verdict::judgeRecord(fhir::Instant now) {
    for (const auto* patient : {"patient-1", "patient-2", "patient-3"}) {
        std::vector<domain::Statement> fromEhr;
        for (const auto& one : adapter_.statements({patient}).observations)
            if (auto statement = domain::fromObservation(one)) fromEhr.push_back(*statement);
        if (companion_.adapter != nullptr) {
            const auto kept =
                plugin::records::findCompanionStatements(*companion_.adapter, adapter_, {patient})
                    .observations;
            fromEhr = domain::merge(fromEhr, plugin::records::toStatements(kept));
        }
        const auto all = domain::merge(
            fromEhr, plugin::store::StatementTable(database_).ofPatients("general", {patient}));
        for (const auto aspect : domain::allAspects()) {
            const auto judgement = domain::judge(all, aspect, {}, {}, now);
            for (const auto* shown : {judgement.current, judgement.other})
                if (shown != nullptr && promised_.withdrawn.contains(shown->id))
                    return shown->id + " was taken back, and is shown";
        }
    }
    return {};
}

std::string Verdict::judge(fhir::Instant now) {
    for (const auto& write : ehr_.writes()) inChart_[write.identifier] = write;
    if (companion_.server != nullptr) {
        for (const auto& write : companion_.server->writes())
            if (write.created > 1) return write.identifier + " is more than once in the companion";
        for (const auto* patient : {"patient-1", "patient-2", "patient-3"})
            for (const auto& one :
                 plugin::records::findCompanionStatements(*companion_.adapter, adapter_, {patient})
                     .observations)
                onShelf_[one.identifier.front().value.value_or("")] = one.status;
    }
    std::set<std::string> known;
    for (const auto& entry : OutboxTable(database_).list(true, kEntriesMax)) {
        known.insert("urn:uuid:" + entry.id);
        if (auto fault = judgeEntry(entry); !fault.empty()) return fault;
    }
    for (const auto& id : promised_.acknowledged)
        if (!known.contains(id)) return id + " was acknowledged and is lost";
    for (const auto& id : promised_.withdrawn)
        if (!known.contains("urn:uuid:" + outbox::withdrawalId(id)))
            return "the withdrawal of " + id + " was acknowledged and is lost";
    for (const auto& [identifier, write] : inChart_)
        if (!known.contains(identifier.substr(identifier.find('|') + 1)))
            return "the chart has what nobody wrote";
    if (auto fault = judgeOrder(); !fault.empty()) return fault;
    return judgeRecord(now);
}

}  // namespace faults
