// The reader of a patient in every situation: what was known beforehand, what the EHR does, what
// the companion server does, what is held, and whose credentials are used.
#include <set>

#include "adapters/companion_references.h"
#include "fhir/r4/element.h"
#include "plugin/outbox/capture.h"
#include "plugin/store/tables/ward_table.h"
#include "tests/support/gate.h"
#include "tests/support/record_reading.h"
#include "tests/support/store_fixture.h"

namespace patient_reader_situations_test {

using namespace std::chrono_literals;
using fhir::ErrorKind;
using plugin::records::CompanionReading;
using plugin::records::Reader;
using plugin::records::Reading;

namespace {

enum class Prefetch { Absent, None, Given, Failed, Forbidden };
/// What a server does: an HTTP status, or nothing in time.
constexpr int kAnswers = 200, kSlow = 0;
constexpr int kNoServer = -1;

struct Situation {
    Prefetch prefetch;
    int ehr, companion;
    bool isHeld;
    Reader reader;

    std::string name() const {
        return "prefetch " + std::to_string(static_cast<int>(prefetch)) + ", EHR " +
               std::to_string(ehr) + ", companion " + std::to_string(companion) +
               (isHeld ? ", held" : ", not held") +
               (reader == Reader::User ? ", user" : ", service");
    }
    bool isSlow() const { return (asksEhr() && ehr == kSlow) || companion == kSlow; }
    bool asksEhr() const { return prefetch == Prefetch::Absent; }
};

/// What the situation must come to, said once more and in other words than the reader's.
struct Expected {
    explicit Expected(const Situation& in) {
        const bool isUser = in.reader == Reader::User;
        const bool isShut =
            in.asksEhr() && (in.ehr == 401 || in.ehr == 403 || in.ehr == 404 || in.ehr == 410);
        const bool isRefused = isUser && (in.prefetch == Prefetch::Forbidden || isShut);
        // A refusal may be under way.
        const bool isWithheld = isRefused || (isUser && in.asksEhr() && in.ehr == kSlow);
        const bool isKnown = in.prefetch == Prefetch::None || in.prefetch == Prefetch::Given ||
                             (in.asksEhr() && in.ehr == kAnswers);
        const bool mayShowHeld = in.isHeld && !isWithheld;
        refused = isRefused;
        withheld = isWithheld;
        reading = isKnown                           ? Reading::Whole
                  : in.asksEhr() && in.ehr == kSlow ? Reading::Late
                                                    : Reading::Unreadable;
        if (in.prefetch == Prefetch::Given) words.insert("Prefetched.");
        if (in.asksEhr() && in.ehr == kAnswers) words.insert("In the chart.");
        if (!isKnown && mayShowHeld) words.insert({"Held.", "Held of the companion."});
        held = !isKnown && mayShowHeld;
        if (in.companion != kNoServer && !isWithheld) {
            companion = in.companion == kAnswers ? CompanionReading::Whole : CompanionReading::None;
            if (in.companion == kAnswers) words.insert("On the companion.");
            if (in.companion != kAnswers && in.isHeld) words.insert("Held of the companion.");
        }
        outOfReach = isShut && (isRefused || (!in.isHeld && words.empty()));
        if (mayShowHeld) words.insert("Ours.");
    }
    bool matches(const plugin::records::PatientRecord& record) const {
        return wordsOf(record) == words && record.reading == reading &&
               record.companion == companion;
    }
    static std::set<std::string> wordsOf(const plugin::records::PatientRecord& record) {
        std::set<std::string> all;
        for (const auto& one : record.statements) all.insert(one.text);
        return all;
    }

    std::set<std::string> words;
    Reading reading = Reading::Whole;
    CompanionReading companion = CompanionReading::Whole;
    bool held = false, refused = false, withheld = false, outOfReach = false;
};

/// A statement of its own, by its number.
fhir::Observation observation(const std::string& words, int number) {
    auto result = test::statementObservation(words);
    result.id = "o" + std::to_string(number);
    result.identifier.front().value =
        "urn:uuid:3f0c6f52-0c7e-4f1c-9d55-7f4f3f9f2a2" + std::to_string(number);
    return result;
}

plugin::domain::Statement statement(const std::string& words, int number) {
    return *plugin::domain::fromObservation(observation(words, number));
}

/// A server that has one Observation, and does as it is told.
struct Server {
    explicit Server(const fhir::Observation& its) : text(fhir::toJsonText(its)) {}
    fhir::http::Response answer(const fhir::http::Request& request) {
        if (does == kSlow) gate.pass();
        if (does != kAnswers && does != kSlow) return test::answer(does);
        const bool isSearch = request.url.path.ends_with("/Observation");
        return isSearch ? test::answer(200, test::searchset({text})) : test::answer(404);
    }
    std::string text;
    std::atomic<int> does = kAnswers;
    test::Gate gate;
    test::Scripted client{[this](const auto& request) { return answer(request); }};
};

/// A last reading of the unit with the patient on it, and words of ours.
void hold(plugin::store::Database& database) {
    auto kept = observation("Held of the companion.", 4);
    kept.derivedFrom = {{"http://shelf.example/fhir/Observation/o4", {}, {}}};
    plugin::store::WardRow row;
    row.patient = "patient-1";
    row.encounter = "stay-1";
    row.name = "Held Person";
    row.statements =
        "[" + fhir::toJsonText(observation("Held.", 3)) + "," + fhir::toJsonText(kept) + "]";
    plugin::store::WardTable(database).replace("general", "ward-7", {row}, test::kNoon, {});
    plugin::outbox::captureStatement(database, "general", statement("Ours.", 5), false, test::kNow);
}

struct House {
    House() { hold(holding.database); }

    plugin::records::PatientRecord read(const Situation& in, fhir::Deadline deadline) {
        ehr.does = in.ehr;
        shelf.does = in.companion;
        ehr.gate.close();
        shelf.gate.close();
        plugin::records::PatientAsk ask{
            .connection = test::generalConnection(),
            .ehr = test::shared(*ehr.client.adapter),
            .companion = in.companion == kNoServer ? nullptr : shelf.client.adapter.get(),
            .reader = in.reader,
            .patient = "patient-1",
            .knownPatient = {.isSettled = true},
            .deadline = deadline,
            .now = test::kNow};
        ask.knownWords.isSettled = in.prefetch != Prefetch::Absent;
        if (in.prefetch == Prefetch::None) ask.knownWords.value.emplace();
        if (in.prefetch == Prefetch::Given)
            ask.knownWords.value = {.statements = {statement("Prefetched.", 1)}};
        if (in.prefetch == Prefetch::Failed) ask.knownWords.failure = ErrorKind::Unavailable;
        if (in.prefetch == Prefetch::Forbidden) ask.knownWords.failure = ErrorKind::Forbidden;
        auto& database = (in.isHeld ? holding : empty).database;
        fhir::WorkerPool workers(plugin::records::kReadsAtOnce, plugin::records::kReadsAtOnce);
        auto record = plugin::records::PatientReader(database, workers).read(std::move(ask));
        ehr.gate.open();
        shelf.gate.open();
        return record;
    }

    Server ehr{observation("In the chart.", 2)};
    Server shelf{std::get<fhir::Observation>(
        adapters::toCompanionReferences(observation("On the companion.", 6), test::kBase))};
    test::Store holding{test::Engine::Sqlite}, empty{test::Engine::Sqlite};
};

void check(House& house, const Situation& in) {
    const Expected expected(in);
    plugin::records::PatientRecord record;
    // Whoever is not slow answers at once; on a busy machine that may take longer.
    for (const auto patience : {15ms, 500ms, 5000ms}) {
        record = house.read(in, fhir::deadlineIn(in.isSlow() ? patience : 20s));
        if (expected.matches(record)) break;
    }

    INFO(in.name());
    CHECK(Expected::wordsOf(record) == expected.words);
    CHECK(record.reading == expected.reading);
    CHECK(record.companion == expected.companion);
    CHECK(record.isRefused == expected.refused);
    CHECK(record.isWithheld == expected.withheld);
    CHECK(record.isOutOfReach == expected.outOfReach);
    CHECK(record.heldFrom == (expected.held ? std::optional(test::kNoon) : std::nullopt));
    CHECK(record.readAt.has_value() == (record.reading == Reading::Whole));
    CHECK(record.failure.has_value() == (record.reading != Reading::Whole));
    CHECK(record.isHeld == expected.held);
}

}  // namespace

TEST_CASE("patient reader: every situation comes to what may be shown, and says how it went",
          "[cds]") {
    fhir::log::redirect([](const std::string&) {});
    House house;
    for (const auto prefetch :
         {Prefetch::Absent, Prefetch::None, Prefetch::Given, Prefetch::Failed, Prefetch::Forbidden})
        for (const int ehr : {kAnswers, kSlow, 401, 403, 404, 410, 503})
            for (const int companion : {kNoServer, kAnswers, kSlow, 503})
                for (const bool isHeld : {false, true})
                    for (const auto reader : {Reader::Service, Reader::User})
                        check(house, {prefetch, ehr, companion, isHeld, reader});
    fhir::log::redirect(nullptr);
}

}  // namespace patient_reader_situations_test
