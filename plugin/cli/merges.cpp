#include "plugin/records/merges.h"

#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "fhir/r4/date_time.h"
#include "plugin/cli/arguments.h"
#include "plugin/cli/operator.h"
#include "plugin/cli/verbs.h"
#include "plugin/service/maintenance.h"
#include "plugin/settings/settings.h"

namespace plugin::cli {
namespace {

constexpr long kMergesMax = 10'000;

std::string jsonLine(const store::Merge& merge) {
    fhir::json::Writer writer;
    writer.beginObject()
        .member("connection", merge.connection)
        .member("patient", merge.patient)
        .member("survivor", merge.survivor)
        .member("state", store::toString(merge.state))
        .member("since", fhir::toFhirInstant(merge.since))
        .member("moved", static_cast<std::int64_t>(merge.moved))
        .endObject();
    return writer.take();
}

std::string textLine(const store::Merge& merge) {
    return merge.connection + "  Patient/" + (merge.patient.empty() ? "?" : merge.patient) +
           " → Patient/" + merge.survivor + "  " + store::toString(merge.state) + "  " +
           fhir::toFhirInstant(merge.since) + "  moved " + std::to_string(merge.moved);
}

int listMerges(const Words& words) {
    const auto arguments = Arguments::parse(
        {"merges list", {configOption(), {.name = "limit"}, jsonOption()}, {}}, words);
    const auto settings = loadSettings(arguments.at("config"));
    const auto opened = service::openDatabase(settings.store);
    const auto limit = static_cast<int>(arguments.number("limit", 1000, 1, kMergesMax));
    const auto merges = store::MergeTable(*opened).list(limit);
    for (const auto& merge : merges)
        printLine(arguments.has("json") ? jsonLine(merge) : textLine(merge));
    tell(std::to_string(merges.size()) + " merges of patients' records are known.");
    return 0;
}

int undo(const Words& words) {
    const auto arguments = Arguments::parse({"merges undo",
                                             {configOption(),
                                              {.name = "connection", .required = true},
                                              {.name = "patient", .required = true}},
                                             {}},
                                            words);
    const auto settings = loadSettings(arguments.at("config"));
    const auto opened = service::openDatabase(settings.store);
    const auto undone =
        records::undoMerge(*opened, arguments.at("connection"), arguments.at("patient"),
                           operatorOf(settings, "merges undo"), std::chrono::system_clock::now());
    tell("Taken back: " + std::to_string(undone.back.statements) + " statements, " +
         std::to_string(undone.back.entries) + " entries of the outbox and " +
         std::to_string(undone.back.kept) +
         " kept resources are the first patient's again. It is not followed again.");
    for (const auto& place : undone.delivered)
        tell("In the other patient's chart, and to be corrected there: " + place);
    return 0;
}

}  // namespace

int merges(const Words& words) {
    const auto what = words.empty() ? std::string() : words.front();
    const Words rest(words.begin() + (words.empty() ? 0 : 1), words.end());
    if (what == "list") return listMerges(rest);
    if (what == "undo") return undo(rest);
    throw fhir::Error(fhir::ErrorKind::InvalidInput,
                      "merges must be followed by list or undo\n"
                      "see: whatmatters merges --help");
}

}  // namespace plugin::cli
