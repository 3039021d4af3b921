#include "plugin/domain/statement.h"

#include "tests/support/statements.h"

namespace statement_test {

using namespace plugin::domain;
using test::kToday;

namespace {

using Change = std::function<void(Statement&)>;

struct Case {
    const char* what;
    const char* path;
    Change change;
};

std::vector<std::string> paths(const Statement& statement) {
    std::vector<std::string> result;
    for (const auto& fault : faults(statement, kToday)) result.push_back(fault.path);
    return result;
}

std::string characters(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += "\xC3\xA9";
    return text;
}

}  // namespace

TEST_CASE("statement: a whole one has no faults", "[domain]") {
    const auto change = GENERATE(values<Change>({
        [](Statement&) {},
        [](Statement& s) { s.text = characters(kTextCharactersMax); },
        [](Statement& s) { s.text = "first line\n\tsecond"; },
        [](Statement& s) { s.text.clear(), s.absent = Absent::AskedDeclined; },
        [](Statement& s) { s.speaker = Speaker::RelatedPerson; },  // no name: see the header
        [](Statement& s) {
            s.speaker = Speaker::RelatedPerson;
            s.speakerName = characters(kNameCharactersMax);
            s.speakerReference = "RelatedPerson/4";
        },
        [](Statement& s) { s.note = characters(kNoteCharactersMax); },
        [](Statement& s) { s.said = test::time("2026-03-07T08:20:00Z"); },  // 5 minutes ahead
        [](Statement& s) { s.said = test::time("2026-03-07"); },
        [](Statement& s) { s.said = test::time("2026-03"); },
        [](Statement& s) { s.said = test::time("1900"); },
        [](Statement& s) { s.encounter = "stay.7-A"; },
        [](Statement& s) { s.language = "en"; },
        [](Statement& s) { s.language = "zh-Hant"; },
        [](Statement& s) { s.language = "de-CH-1996"; },
        [](Statement& s) { s.language = "pt-BR-x-local"; },
        [](Statement& s) { s.recorded = test::time("2026-03-07T08:14:59.123Z"); },
    }));
    auto statement = test::statement();
    change(statement);

    CHECK(paths(statement).empty());
}

TEST_CASE("statement: a date is not in the future where the day has begun in the east",
          "[domain]") {
    const auto evening = test::time("2026-03-07T11:00:00Z").latest();

    CHECK_FALSE(isInTheFuture(test::time("2026-03-08"), evening));  // 01:00 in Kiritimati
    CHECK(isInTheFuture(test::time("2026-03-09"), evening));
    CHECK(isInTheFuture(test::time("9999"), evening));
}

TEST_CASE("statement: every fault has its pointer and says what to do", "[domain]") {
    const auto one = GENERATE(values<Case>({
        {"no id", "/id", [](Statement& s) { s.id.clear(); }},
        {"a bare UUID", "/id", [](Statement& s) { s.id = s.id.substr(9); }},
        {"an id that is no UUID", "/id", [](Statement& s) { s.id = "urn:uuid:1"; }},
        {"upper case", "/id", [](Statement& s) { s.id[9] = 'A'; }},
        {"no patient", "/patient", [](Statement& s) { s.patient.clear(); }},
        {"a reference", "/patient", [](Statement& s) { s.patient = "Patient/1"; }},
        {"a path", "/patient", [](Statement& s) { s.patient = "../1"; }},
        {"256 characters", "/patient", [](Statement& s) { s.patient = std::string(256, 'a'); }},
        {"an empty encounter", "/encounter", [](Statement& s) { s.encounter = ""; }},
        {"a query", "/encounter", [](Statement& s) { s.encounter = "1?x=1"; }},
        {"no words", "/text", [](Statement& s) { s.text.clear(); }},
        {"blanks", "/text", [](Statement& s) { s.text = " \n\t"; }},
        {"both", "/text", [](Statement& s) { s.absent = Absent::AskedUnknown; }},
        {"too long", "/text", [](Statement& s) { s.text = characters(kTextCharactersMax + 1); }},
        {"a bell", "/text", [](Statement& s) { s.text = "ring\a"; }},
        {"a NUL", "/text", [](Statement& s) { s.text = std::string("a\0b", 3); }},
        {"Latin-1", "/text", [](Statement& s) { s.text = "\xE9t\xE9"; }},
        {"a surrogate", "/text", [](Statement& s) { s.text = "\xED\xA0\xBD"; }},
        {"an empty language", "/language", [](Statement& s) { s.language = ""; }},
        {"an underscore", "/language", [](Statement& s) { s.language = "en_GB"; }},
        {"a digit first", "/language", [](Statement& s) { s.language = "1n"; }},
        {"one letter", "/language", [](Statement& s) { s.language = "e"; }},
        {"a last dash", "/language", [](Statement& s) { s.language = "en-"; }},
        {"nine letters", "/language", [](Statement& s) { s.language = "en-abcdefghi"; }},
        {"a long tag", "/language",
         [](Statement& s) { s.language = "en-aaaaaaaa-bbbbbbbb-cccccccc-dddddddd"; }},
        {"later today", "/said",
         [](Statement& s) { s.said = test::time("2026-03-07T08:20:01Z"); }},
        {"next year", "/said", [](Statement& s) { s.said = test::time("2027"); }},
        {"the year 9999", "/said", [](Statement& s) { s.said = test::time("9999-12-31"); }},
        {"1899", "/said", [](Statement& s) { s.said = test::time("1899-12-31"); }},
        {"a vague record", "/recorded", [](Statement& s) { s.recorded = test::time("2026-03"); }},
        {"recorded later", "/recorded",
         [](Statement& s) { s.recorded = test::time("2026-03-07T09:00:00Z"); }},
        {"nobody knows who spoke", "/by", [](Statement& s) { s.speaker = Speaker::Unknown; }},
        {"a name for the patient", "/speakerName", [](Statement& s) { s.speakerName = "Ana"; }},
        {"a reference for the patient", "/speakerReference",
         [](Statement& s) { s.speakerReference = "RelatedPerson/4"; }},
        {"an empty name", "/speakerName",
         [](Statement& s) { s.speaker = Speaker::RelatedPerson, s.speakerName = ""; }},
        {"a long name", "/speakerName",
         [](Statement& s) {
             s.speaker = Speaker::RelatedPerson;
             s.speakerName = characters(kNameCharactersMax + 1);
         }},
        {"staff", "/speakerReference",
         [](Statement& s) {
             s.speaker = Speaker::RelatedPerson, s.speakerReference = "Practitioner/4";
         }},
        {"an address", "/speakerReference",
         [](Statement& s) {
             s.speaker = Speaker::RelatedPerson, s.speakerReference = "http://x/RelatedPerson/4";
         }},
        {"itself as what it replaces", "/replaces", [](Statement& s) { s.replaces = s.id; }},
        {"a person as what it replaces", "/replaces",
         [](Statement& s) { s.replaces = "Patient/amara-1"; }},
        {"an empty note", "/note", [](Statement& s) { s.note = ""; }},
        {"a long note", "/note", [](Statement& s) { s.note = characters(kNoteCharactersMax + 1); }},
    }));
    INFO(one.what);
    auto statement = test::statement();
    one.change(statement);

    const auto found = faults(statement, kToday);

    REQUIRE(found.size() == 1);
    CHECK(found[0].path == one.path);
    CHECK(found[0].text.size() > 20);
}

TEST_CASE("statement: all faults are reported at once", "[domain]") {
    auto statement = test::statement();
    statement.id = "1";
    statement.patient = "";
    statement.text = "";
    statement.language = "?";
    statement.said = test::time("2030");
    statement.note = "\x01";

    CHECK(paths(statement) ==
          std::vector<std::string>{"/id", "/patient", "/text", "/language", "/said", "/note"});
}

TEST_CASE("statement: codes and their names are one table", "[domain]") {
    for (const auto aspect : allAspects()) CHECK(parseAspect(toString(aspect)) == aspect);
    CHECK(allAspects().size() == 6);
    for (const auto method :
         {Method::InPerson, Method::Phone, Method::Portal, Method::Interpreter, Method::Observed})
        CHECK(parseMethod(toString(method)) == method);
    for (const auto reason : {Absent::AskedDeclined, Absent::AskedUnknown, Absent::TempUnknown})
        CHECK(parseAbsent(toString(reason)) == reason);
    CHECK(std::string(toString(Aspect::HowToTalkWithMe)) == "how-to-talk-with-me");
    CHECK(std::string(toString(Method::InPerson)) == "in-person");
    CHECK(std::string(toString(Absent::AskedDeclined)) == "asked-declined");
    CHECK_FALSE(parseAspect("Now"));
    CHECK_FALSE(parseMethod(""));
    CHECK_FALSE(parseAbsent("masked"));
}

TEST_CASE("statement: what stands for it is not taken back, or is itself replaced", "[domain]") {
    const auto of = [](const char* id, const char* replaces) {
        auto statement = test::statement();
        statement.id = id;
        if (replaces != nullptr) statement.replaces = replaces;
        return statement;
    };
    std::vector<Statement> all{of("a", nullptr), of("b", "a"), of("c", "b")};

    CHECK(isReplaced(all[0], all));
    CHECK(isReplaced(all[1], all));
    CHECK_FALSE(isReplaced(all[2], all));
    all[1].retracted = true;  // what corrects a correction stands for both
    CHECK(isReplaced(all[0], all));
    all[2].retracted = true;  // with all of it taken back, the first words stand again
    CHECK_FALSE(isReplaced(all[0], all));
    all[2].retracted = false;
    all[2].patient = "somebody-else";
    CHECK_FALSE(isReplaced(all[1], all));
}

TEST_CASE("statement: others' words are replaced by where they are held", "[domain]") {
    auto theirs = test::statement();
    theirs.id = "Observation/9";
    auto ours = test::statement();
    ours.location = "Observation/12";
    ours.replaces = "Observation/9";
    auto newer = test::statement();
    newer.id = "urn:uuid:1";
    newer.replaces = "Observation/12";
    const std::vector<Statement> all{theirs, ours, newer};

    CHECK(isReplaced(theirs, all));
    CHECK(isReplaced(ours, all));
    CHECK_FALSE(isReplaced(newer, all));
}

TEST_CASE("statement: a circle of replacements ends", "[domain]") {
    auto one = test::statement();
    one.id = "a";
    one.replaces = "b";
    one.retracted = true;
    auto other = one;
    other.id = "b";
    other.replaces = "a";

    CHECK_FALSE(isReplaced(one, {one, other}));
}

}  // namespace statement_test
