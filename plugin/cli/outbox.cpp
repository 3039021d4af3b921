#include "plugin/store/tables/outbox_table.h"

#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "plugin/cli/arguments.h"
#include "plugin/cli/delivery_now.h"
#include "plugin/cli/operator.h"
#include "plugin/cli/verbs.h"
#include "plugin/outbox/delivery.h"
#include "plugin/outbox/receipt.h"
#include "plugin/service/maintenance.h"
#include "plugin/settings/settings.h"

namespace plugin::cli {
namespace {

using fhir::Error;
using fhir::ErrorKind;

constexpr long kEntriesMax = 10'000;

[[noreturn]] void noSuchEntry() {
    throw Error(ErrorKind::NotFound,
                "the outbox has no such entry in this state; see: whatmatters outbox list");
}

std::string textLine(const store::OutboxEntry& entry) {
    auto line = entry.id + "  " + store::toString(entry.state) + "  " + entry.resourceType + "  " +
                entry.connection + "  tries " + std::to_string(entry.attempts);
    if (!entry.lastError.empty()) line += "\n    " + entry.lastError;
    return line;
}

int listEntries(const Words& words) {
    const auto arguments = Arguments::parse({"outbox list",
                                             {configOption(),
                                              {.name = "all", .takes = Option::Takes::Nothing},
                                              {.name = "limit"},
                                              jsonOption()},
                                             {}},
                                            words);
    const auto settings = loadSettings(arguments.at("config"));
    const auto opened = service::openDatabase(settings.store);
    auto& database = *opened;
    const store::OutboxTable table(database);
    const auto entries = table.list(
        arguments.has("all"), static_cast<int>(arguments.number("limit", 1000, 1, kEntriesMax)));
    for (const auto& entry : entries)
        printLine(arguments.has("json") ? ::plugin::outbox::receiptJson(entry) : textLine(entry));
    const auto [waiting, failed] = table.counts();
    tell(std::to_string(waiting) + " waiting, " + std::to_string(failed) +
         " failed or in doubt, and in need of a person.");
    return 0;
}

int showEntry(const Words& words) {
    const auto arguments =
        Arguments::parse({"outbox show", {configOption(), jsonOption()}, {"ID"}}, words);
    const auto settings = loadSettings(arguments.at("config"));
    const auto opened = service::openDatabase(settings.store);
    auto& database = *opened;
    const auto entry = store::OutboxTable(database).find(arguments.at("ID"));
    if (!entry) noSuchEntry();
    printLine(arguments.has("json") ? ::plugin::outbox::receiptJson(*entry) : textLine(*entry));
    return 0;
}

int retry(const Words& words) {
    const auto arguments = Arguments::parse(
        {"outbox retry",
         {configOption(), {.name = "wait", .takes = Option::Takes::Nothing}, jsonOption()},
         {"ID"}},
        words);
    const auto settings = loadSettings(arguments.at("config"));
    const Connections connections(settings.connections);
    const auto opened = service::openDatabase(settings.store);
    auto& database = *opened;
    const auto& id = arguments.at("ID");
    if (!store::OutboxTable(database).retry(id, std::chrono::system_clock::now())) noSuchEntry();
    return finish(connections, database, id, arguments.has("wait"), arguments.has("json"),
                  operatorOf(settings, "outbox retry"));
}

/// What a person has found of an entry that may have arrived: it is there, or it is not and is sent
/// again.
int settle(const Words& words) {
    const auto arguments =
        Arguments::parse({"outbox settle",
                          {configOption(),
                           {.name = "is-there"},
                           {.name = "is-not-there", .takes = Option::Takes::Nothing},
                           {.name = "wait", .takes = Option::Takes::Nothing},
                           jsonOption()},
                          {"ID"}},
                         words);
    if (arguments.has("is-there") == arguments.has("is-not-there"))
        throw Error(ErrorKind::InvalidInput,
                    "say what you found in the EHR: --is-there TYPE/ID or --is-not-there");
    const auto settings = loadSettings(arguments.at("config"));
    const Connections connections(settings.connections);
    const auto opened = service::openDatabase(settings.store);
    auto& database = *opened;
    const auto& id = arguments.at("ID");
    const auto by = operatorOf(settings, "outbox settle");
    const store::OutboxTable table(database);
    const auto entry = table.find(id);
    if (!entry || entry->state != store::OutboxState::InDoubt) noSuchEntry();
    if (arguments.has("is-there"))
        ::plugin::outbox::settleAsThere(::plugin::outbox::destinationOf(connections, *entry),
                                        database, *entry, arguments.at("is-there"), by);
    else if (!store::OutboxTable(database).retry(id, std::chrono::system_clock::now(), true))
        noSuchEntry();
    const bool isToBeSent = arguments.has("is-not-there") && arguments.has("wait");
    return finish(connections, database, id, isToBeSent, arguments.has("json"), by);
}

int discard(const Words& words) {
    const auto arguments = Arguments::parse(
        {"outbox discard", {configOption(), {.name = "why", .required = true}}, {"ID"}}, words);
    const auto settings = loadSettings(arguments.at("config"));
    const auto opened = service::openDatabase(settings.store);
    auto& database = *opened;
    if (!store::OutboxTable(database).discard(arguments.at("ID"), arguments.at("why")))
        noSuchEntry();
    tell("Discarded. The entry and the reason are kept.");
    return 0;
}

}  // namespace

int outbox(const Words& words) {
    const auto what = words.empty() ? std::string() : words.front();
    const Words rest(words.begin() + (words.empty() ? 0 : 1), words.end());
    if (what == "list") return listEntries(rest);
    if (what == "show") return showEntry(rest);
    if (what == "retry") return retry(rest);
    if (what == "settle") return settle(rest);
    if (what == "discard") return discard(rest);
    throw Error(ErrorKind::InvalidInput,
                "outbox must be followed by list, show, retry, settle or discard\n"
                "see: whatmatters outbox --help");
}

}  // namespace plugin::cli
