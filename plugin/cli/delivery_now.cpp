#include "plugin/cli/delivery_now.h"

#include <optional>

#include "fhir/base/error.h"
#include "plugin/cli/verbs.h"
#include "plugin/outbox/delivery.h"
#include "plugin/outbox/receipt.h"
#include "plugin/outbox/sender.h"

namespace plugin::cli {
namespace {

using fhir::ErrorKind;

/// What the person at the terminal needs to know beside the receipt.
std::string advice(const store::OutboxEntry& entry) {
    auto text = "connection " + entry.connection + ": " + ::plugin::outbox::whereIs(entry);
    if (!entry.lastError.empty()) text += "\n  " + entry.lastError;
    if (entry.state == store::OutboxState::Waiting)
        text +=
            "\n  Nothing is lost: it waits in the outbox. \"serve\" sends it, or:\n"
            "  whatmatters outbox retry " +
            entry.id + " --config FILE --wait";
    const bool canBeSettled =
        entry.kind == store::EntryKind::Statement || entry.kind == store::EntryKind::Flag;
    if (entry.state == store::OutboxState::Failed ||
        (entry.state == store::OutboxState::InDoubt && !canBeSettled))
        text +=
            "\n  Nothing is lost: it is kept in the outbox. When the cause is mended:\n"
            "  whatmatters outbox retry " +
            entry.id + " --config FILE --wait";
    if (entry.state == store::OutboxState::InDoubt && canBeSettled)
        text +=
            "\n  Nothing is lost: it is kept in the outbox. Look for it in the EHR, then say what "
            "you "
            "found:\n  whatmatters outbox settle " +
            entry.id + " --config FILE --is-there TYPE/ID\n  whatmatters outbox settle " +
            entry.id + " --config FILE --is-not-there";
    return text;
}

int exitCodeOf(const store::OutboxEntry& entry, std::optional<ErrorKind> refusal) {
    switch (entry.state) {
        case store::OutboxState::Delivered:
            return 0;
        case store::OutboxState::Waiting:
            return fhir::exitCode(refusal.value_or(ErrorKind::Unavailable));
        case store::OutboxState::Failed:
        case store::OutboxState::InDoubt:
        case store::OutboxState::Discarded:
            return fhir::exitCode(refusal.value_or(ErrorKind::Refused));
    }
    return fhir::exitCode(ErrorKind::Internal);
}

}  // namespace

int finish(const Connections& connections, store::Database& database, const std::string& entryId,
           bool wait, bool json, const audit::Author& by) {
    std::optional<ErrorKind> refusal;
    if (wait) {
        ::plugin::outbox::Sender::Options options;
        options.report = [](const auto&) {};  // the receipt says it all
        options.author = by;
        ::plugin::outbox::Sender sender(
            database,
            [&](const store::OutboxEntry& entry, fhir::Deadline deadline) {
                try {
                    return ::plugin::outbox::deliver(connections, database, entry, deadline);
                } catch (const fhir::Error& error) {
                    refusal = error.kind();
                    throw;
                }
            },
            options);
        sender.sendOne({.id = entryId, .connection = {}});
    }
    const auto entry = store::OutboxTable(database).find(entryId);
    if (!entry) throw fhir::Error(ErrorKind::Internal, "the outbox lost its entry");
    if (json)
        printLine(::plugin::outbox::receiptJson(*entry));
    else
        printLine(::plugin::outbox::whereIs(*entry));
    if (!wait) return 0;
    if (entry->state != store::OutboxState::Delivered) tell(advice(*entry));
    return exitCodeOf(*entry, refusal);
}

}  // namespace plugin::cli
