#include "plugin/outbox/audit_sender.h"

#include <condition_variable>
#include <mutex>

#include "fhir/base/error.h"
#include "fhir/base/log.h"
#include "fhir/r4/audit_event.h"

namespace plugin::outbox {
namespace {

using fhir::AuditEvent;
using fhir::Error;
using fhir::ErrorKind;

const std::string kType(AuditEvent::resourceType);

bool hasTag(const fhir::json::Value& resource, const std::string& code) {
    const auto meta = resource.find("meta");
    if (!meta) return false;
    for (const auto tag : meta->findArray("tag"))
        if (tag.findString("code") == code) return true;
    return false;
}

/// Without our id: on a server of others it gets one of theirs.
std::string withoutId(std::string event, const std::string& id) {
    const auto member = "\"id\":\"" + id + "\",";
    const auto at = event.find(member);
    return at == std::string::npos ? event : event.erase(at, member.size());
}

}  // namespace

bool AuditSender::isThere(const fhir::Client& client, const audit::AuditRecord& record) const {
    const auto code = "urn:uuid:" + record.id;
    fhir::Query query;
    query.add("_tag", "urn:ietf:rfc:3986|" + code);
    bool isFound = false;
    try {
        // A server that does not know the parameter answers with all that it has.
        client.search(kType, query, [&](const fhir::BundleEntry& entry) {
            isFound = isFound || hasTag(entry.resource, code);
        });
    } catch (const Error& error) {
        const bool isClosed = error.kind() == ErrorKind::Refused ||
                              error.kind() == ErrorKind::Forbidden ||
                              error.kind() == ErrorKind::NotFound;
        if (!isClosed) throw;
    }
    return isFound;
}

void AuditSender::send(const fhir::Client& client, const audit::AuditRecord& record,
                       bool mayBeThere) const {
    if (mayBeThere && isThere(client, record)) return;
    client.create(kType, withoutId(record.event, record.id));
}

bool AuditSender::sendSome() {
    const auto before = table_.state(repository_);
    if (events_.list({.after = before.sent, .limit = 1}).empty()) return false;
    const auto deadline = options_.clock.steady() + options_.lease * 2 / 3;
    auto claimed = table_.claim(repository_, options_.clock.now(), options_.lease);
    if (!claimed) return false;
    const auto records = events_.list({.after = claimed->sent, .limit = options_.batch});
    if (!records.empty() && !table_.begin(*claimed, records.back().sequence)) return false;
    const auto client = client_.withDeadline(deadline);
    try {
        for (const auto& record : records) {
            if (options_.clock.steady() >= deadline) break;
            send(client, record, record.sequence <= claimed->inDoubt);
            claimed->sent = record.sequence;
            claimed->attempts = 0;
        }
        claimed->due = options_.clock.now();
        return table_.finish(*claimed);
    } catch (const Error& error) {
        ++claimed->attempts;
        const auto tries = static_cast<int>(std::min<std::int64_t>(claimed->attempts, 1'000));
        claimed->due = options_.clock.now() +
                       waitAfter(options_.policy, tries, options_.chance(), error.retryAfter());
        fhir::log::warning("audit-export-retry", {{"repository", repository_},
                                                  {"attempts", std::to_string(tries)},
                                                  {"error", error.what()}});
    }
    table_.finish(*claimed);
    return false;
}

void AuditSender::run(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    while (!stop.stop_requested()) {
        bool hasMore = false;
        try {
            hasMore = sendSome();
        } catch (const Error& error) {
            fhir::log::error("audit-export-store", {{"error", error.what()}});
        } catch (const std::exception&) {
            fhir::log::error("audit-export-store", {{"error", "an unexpected fault"}});
        }
        if (hasMore) continue;
        std::unique_lock lock(mutex);
        never.wait_for(lock, stop, options_.idle, [] { return false; });
    }
}

}  // namespace plugin::outbox
