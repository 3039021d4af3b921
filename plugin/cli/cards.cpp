#include "fhir/base/json.h"
#include "plugin/cds/card_statistics.h"
#include "plugin/cli/arguments.h"
#include "plugin/cli/verbs.h"
#include "plugin/service/maintenance.h"
#include "plugin/settings/settings.h"

namespace plugin::cli {
namespace {

std::string jsonLine(const cds::CardStatistics& one) {
    fhir::json::Writer writer;
    writer.beginObject()
        .member("connection", one.connection)
        .member("service", one.service)
        .member("kind", one.kind)
        .member("shown", one.shown)
        .member("accepted", one.accepted)
        .member("overridden", one.overridden)
        .key("reasons")
        .beginObject();
    for (const auto& [reason, cards] : one.reasons)
        writer.member(reason.empty() ? "none-given" : reason, cards);
    return writer.endObject().member("advice", one.advice).endObject().take();
}

std::string textLine(const cds::CardStatistics& one) {
    auto line = one.connection + "  " + one.service + "  " + one.kind + ": shown " +
                std::to_string(one.shown) + ", accepted " + std::to_string(one.accepted) +
                ", put aside " + std::to_string(one.overridden) + "; " + one.advice;
    for (const auto& [reason, cards] : one.reasons)
        line +=
            "\n    " + (reason.empty() ? "no reason given" : reason) + ": " + std::to_string(cards);
    return line;
}

}  // namespace

int cards(const Words& words) {
    const auto arguments = Arguments::parse({"cards",
                                             {{.name = "config", .required = true},
                                              {.name = "days"},
                                              {.name = "json", .takes = Option::Takes::Nothing}},
                                             {}},
                                            words);
    const auto days = arguments.number("days", 30, 1, 400);
    const auto settings = loadSettings(arguments.at("config"));
    const auto opened = service::openDatabase(settings.store);
    auto& database = *opened;
    const auto since = std::chrono::system_clock::now() - std::chrono::hours(24) * days;
    const auto kinds = cds::cardStatistics(cds::CdsTable(database).counts(since));
    for (const auto& one : kinds) printLine(arguments.has("json") ? jsonLine(one) : textLine(one));
    if (kinds.empty()) tell("No card was shown in these days.");
    return 0;
}

}  // namespace plugin::cli
