#include "plugin/domain/freshness.h"

#include "tests/support/statements.h"

namespace freshness_test {

using namespace plugin::domain;
using test::kToday;

namespace {

Statement said(const char* when, const char* text = "To sleep through the night.") {
    static int counter = 0;
    auto statement = test::statement();
    statement.id = "Observation/" + std::to_string(++counter);
    statement.said = test::time(when);
    statement.text = text;
    return statement;
}

Statement byRelative(Statement statement, const char* name = "Chidi Okonkwo") {
    statement.speaker = Speaker::RelatedPerson;
    statement.speakerName = name;
    return statement;
}

Statement absent(const char* when, Absent reason = Absent::AskedDeclined) {
    auto statement = said(when, "");
    statement.absent = reason;
    return statement;
}

Judgement judged(const std::vector<Statement>& statements, const StayContext& stay = {},
                 Aspect aspect = Aspect::Now) {
    return judge(statements, aspect, stay, FreshnessLimits{}, kToday);
}

const StayContext kStay{true, test::time("2026-03-04T10:00:00Z").latest(), std::nullopt};
const StayContext kMoved{true, test::time("2026-03-01T10:00:00Z").latest(),
                         test::time("2026-03-06T10:00:00Z").latest()};
const StayContext kLongStay{true, test::time("2026-02-01T10:00:00Z").latest(), std::nullopt};

}  // namespace

TEST_CASE("freshness: age and events, each with its sentence", "[domain]") {
    struct Case {
        const char* said;
        StayContext stay;
        Aspect aspect;
        Freshness freshness;
        const char* reason;
    };
    const auto one = GENERATE(values<Case>({
        {"2026-03-05T08:15:00Z", kStay, Aspect::Now, Freshness::Fresh,
         "Said 2 days ago, in this stay."},
        {"2026-03-07T08:00:00Z", kStay, Aspect::Now, Freshness::Fresh,
         "Said less than an hour ago, in this stay."},
        {"2026-03-07", kStay, Aspect::Now, Freshness::Fresh, "Said today, in this stay."},
        {"2025-10-05T08:15:00Z", kStay, Aspect::Now, Freshness::Check,
         "Said 5 months ago, before this stay: worth asking again."},
        {"2026-03-04T09:59:59Z", kStay, Aspect::Now, Freshness::Check,
         "Said 2 days ago, before this stay: worth asking again."},
        {"2026-03-04T10:00:00Z", kStay, Aspect::Now, Freshness::Fresh,
         "Said 2 days ago, in this stay."},
        // The day of admission, and a month or year that admission lies in.
        {"2026-03-04", kStay, Aspect::Now, Freshness::Fresh, "Said 3 days ago, in this stay."},
        {"2026-03-03", kStay, Aspect::Now, Freshness::Check,
         "Said 4 days ago, before this stay: worth asking again."},
        {"2026-03", kStay, Aspect::Now, Freshness::Check,
         "Said in March 2026, before this stay: worth asking again."},
        {"2026", kStay, Aspect::AboutMe, Freshness::Check,
         "Said in 2026, before this stay: worth asking again."},
        {"2026-03-05T08:15:00Z", kMoved, Aspect::Now, Freshness::Check,
         "Said 2 days ago, before the move to this place: worth asking again."},
        {"2026-03-06T11:15:00Z", kMoved, Aspect::Now, Freshness::Fresh,
         "Said 21 hours ago, in this stay."},
        {"2026-02-28T08:15:00Z", kLongStay, Aspect::Now, Freshness::Fresh,
         "Said 7 days ago, in this stay."},
        {"2026-02-28T08:14:59Z", kLongStay, Aspect::Now, Freshness::Ageing,
         "Said 7 days ago, in this stay: worth checking."},
        {"2026-02-28T08:14:59Z", kLongStay, Aspect::AboutMe, Freshness::Fresh,
         "Said 7 days ago, in this stay."},
        {"2026-02-28T08:14:59Z", {}, Aspect::Now, Freshness::Fresh, "Said 7 days ago."},
        {"2025-12-07T08:15:00Z", {}, Aspect::Now, Freshness::Fresh, "Said 3 months ago."},
        {"2025-12-07T08:14:59Z",
         {},
         Aspect::Now,
         Freshness::Ageing,
         "Said 3 months ago: worth checking."},
        {"2025-03-07T08:15:00Z", {}, Aspect::AboutMe, Freshness::Fresh, "Said 12 months ago."},
        {"2025-03-07T08:14:59Z",
         {},
         Aspect::PleaseDo,
         Freshness::Ageing,
         "Said 12 months ago: worth checking."},
        {"2025", {}, Aspect::AboutMe, Freshness::Ageing, "Said in 2025: worth checking."},
        {"2026", {}, Aspect::AboutMe, Freshness::Fresh, "Said in 2026."},
        {"1700",
         {},
         Aspect::Now,
         Freshness::Check,
         "Nobody recorded when this was said: worth asking again."},
        {"0001-01-01",
         {},
         Aspect::Now,
         Freshness::Check,
         "Nobody recorded when this was said: worth asking again."},
        {"2062-03-01", kStay, Aspect::Now, Freshness::Check,
         "Said on 2062-03-01, a date that is still to come, so the date is wrong: worth asking "
         "again."},
        {"2026-03-07T08:19:00Z", kStay, Aspect::Now, Freshness::Fresh,
         "Said less than an hour ago, in this stay."},
    }));
    INFO(one.said);
    auto statement = said(one.said);
    statement.aspect = one.aspect;
    const std::vector<Statement> all{statement};

    const auto judgement = judge(all, one.aspect, one.stay, FreshnessLimits{}, kToday);

    CHECK(judgement.freshness == one.freshness);
    CHECK(judgement.reason == one.reason);
    CHECK(judgement.current == &all[0]);
    CHECK(judgement.other == nullptr);
}

TEST_CASE("freshness: the site's limits are used", "[domain]") {
    const std::vector<Statement> all{said("2026-03-05T08:15:00Z")};
    const FreshnessLimits strict{1, 1, 1};

    CHECK(judge(all, Aspect::Now, kStay, strict, kToday).freshness == Freshness::Ageing);
}

TEST_CASE("freshness: nobody was asked", "[domain]") {
    const std::vector<Statement> otherAspect{said("2026-03-05T08:15:00Z")};

    CHECK(judged({}).freshness == Freshness::Unasked);
    CHECK(judged({}).reason == "Not asked yet.");
    CHECK(judged({}).current == nullptr);
    CHECK(judged(otherAspect, {}, Aspect::WhoMatters).freshness == Freshness::Unasked);
}

TEST_CASE("freshness: asked without getting words", "[domain]") {
    const auto [reason, when, freshness, sentence] =
        GENERATE(table<Absent, const char*, Freshness, std::string>({
            {Absent::AskedDeclined, "2026-03-05T08:15:00Z", Freshness::Declined,
             "Asked 2 days ago and chose not to say."},
            {Absent::AskedDeclined, "2026-03-01T08:15:00Z", Freshness::Declined,
             "Asked 6 days ago and chose not to say; they were asked before this stay, so it may "
             "be offered again."},
            {Absent::AskedUnknown, "2026-03-05T08:15:00Z", Freshness::Unasked,
             "Asked 2 days ago and did not know yet: worth asking again."},
            {Absent::TempUnknown, "2026-03-05T08:15:00Z", Freshness::Unasked,
             "Could not be asked 2 days ago: ask when it is possible."},
        }));

    const auto judgement = judged({absent(when, reason)}, kStay);

    CHECK(judgement.freshness == freshness);
    CHECK(judgement.reason == sentence);
    CHECK(judgement.current == nullptr);
}

TEST_CASE("freshness: declining keeps older words in view, newer words end it", "[domain]") {
    const std::vector<Statement> declined{said("2026-03-05T08:15:00Z"),
                                          absent("2026-03-06T08:15:00Z")};
    const std::vector<Statement> spoken{absent("2026-03-05T08:15:00Z"),
                                        said("2026-03-06T08:15:00Z")};

    const auto judgement = judged(declined, kStay);
    CHECK(judgement.freshness == Freshness::Declined);
    CHECK(judgement.current == &declined[0]);
    CHECK(judgement.reason ==
          "Asked again 1 day ago and chose not to say; these words were said 2 days ago.");
    CHECK(judged(spoken, kStay).freshness == Freshness::Fresh);
}

TEST_CASE("freshness: being unable to answer does not touch older words", "[domain]") {
    const auto reason = GENERATE(Absent::AskedUnknown, Absent::TempUnknown);

    CHECK(judged({said("2026-03-05T08:15:00Z"), absent("2026-03-06T08:15:00Z", reason)}, kStay)
              .freshness == Freshness::Fresh);
}

TEST_CASE("freshness: the newest words are current, in whatever order they come", "[domain]") {
    std::vector<Statement> all{said("2026-01", "c"), said("2026-03-05T08:15:00Z", "a"),
                               said("2026-03-02", "b"), said("2025", "d")};
    std::sort(all.begin(), all.end(),
              [](const auto& left, const auto& right) { return left.text < right.text; });
    do {
        CHECK(judged(all).current->text == "a");
    } while (std::next_permutation(all.begin(), all.end(), [](const auto& left, const auto& right) {
        return left.text < right.text;
    }));
}

TEST_CASE("freshness: what was said today was said before it was written down", "[domain]") {
    auto today = said("2026-03-07", "older");
    today.recorded = test::time("2026-03-07T08:00:00Z");

    const std::vector all{today, said("2026-03-07T08:01:00Z", "newer")};
    const auto judgement = judged(all, kStay);

    REQUIRE(judgement.current != nullptr);
    CHECK(judgement.current->text == "newer");
    CHECK(judgement.freshness == Freshness::Fresh);
}

TEST_CASE("freshness: of one second, what is known to the second is newer than the day",
          "[domain]") {
    auto today = said("2026-03-07", "same");
    auto again = said("2026-03-07T08:00:00Z", "same");
    // A page says when to the second; what was written down has the milliseconds.
    const auto [first, second] = GENERATE(table<const char*, const char*>(
        {{"2026-03-07T08:00:00Z", "2026-03-07T08:00:00Z"},
         {"2026-03-07T08:00:00.400Z", "2026-03-07T08:00:00.900Z"}}));
    today.recorded = test::time(first);
    again.recorded = test::time(second);
    const auto [idOfToday, idOfAgain] = GENERATE(table<std::string, std::string>(
        {{"Observation/a", "Observation/b"}, {"Observation/b", "Observation/a"}}));
    today.id = idOfToday;
    again.id = idOfAgain;

    CHECK(judged({today, again}).current->id == idOfAgain);
    CHECK(judged({again, today}).current->id == idOfAgain);
}

TEST_CASE("freshness: a date in the future does not hide newer words", "[domain]") {
    const std::vector<Statement> all{said("2062-03-01", "mistyped"),
                                     said("2026-03-06T08:15:00Z", "true")};

    CHECK(judged(all).current == &all[1]);
}

TEST_CASE("freshness: ties are broken the same way every time", "[domain]") {
    auto first = said("2026-03-06", "same");
    auto second = first;
    first.id = "Observation/a";
    second.id = "Observation/b";

    CHECK(judged({first, second}).current->id == "Observation/b");
    CHECK(judged({second, first}).current->id == "Observation/b");
    first.recorded = test::time("2026-03-06T12:00:00Z");
    CHECK(judged({first, second}).current->id == "Observation/a");
}

TEST_CASE("freshness: what was entered in error is not seen, nor any copy of it", "[domain]") {
    auto retracted = said("2026-03-06T08:15:00Z", "wrong patient");
    auto copy = retracted;
    retracted.retracted = true;
    const auto older = said("2026-03-05T08:15:00Z", "right");

    CHECK(judged({retracted, older}).current->text == "right");
    CHECK(judged({copy, retracted, older}).current->text == "right");
    CHECK(judged({retracted}).freshness == Freshness::Unasked);
}

TEST_CASE("freshness: words that others stand for are not current, however new", "[domain]") {
    auto older = said("2026-03-04", "right");
    auto newer = said("2026-03-05", "wrong");
    older.replaces = newer.id;
    const std::vector<Statement> all{newer, older};

    const auto judgement = judge(all, Aspect::Now, {}, {}, test::kToday);

    REQUIRE(judgement.current != nullptr);
    CHECK(judgement.current->id == older.id);
    CHECK(judgement.other == nullptr);
}

TEST_CASE("freshness: our copy and the chart's copy are one statement", "[domain]") {
    auto ours = said("2026-03-06T08:15:00Z", "To dance.");
    auto theirs = ours;
    theirs.text = "To dance";  // an EHR that cuts

    CHECK(judged({ours, theirs}).freshness == Freshness::Fresh);
}

TEST_CASE("freshness: different words that cannot both be the newest are doubted", "[domain]") {
    struct Case {
        const char* what;
        std::vector<Statement> statements;
        bool isDoubted;
    };
    auto corrected = said("2026-03-06", "b");
    corrected.recorded = test::time("2026-03-06T12:00:00Z");
    auto first = said("2026-03-06", "a");
    first.recorded = test::time("2026-03-06T11:00:00Z");
    const auto one = GENERATE_COPY(values<Case>({
        {"patient and relative within a day",
         {said("2026-03-06T08:00:00Z", "a"), byRelative(said("2026-03-06T20:00:00Z", "b"))},
         true},
        {"exactly a day apart",
         {said("2026-03-05T20:00:00Z", "a"), byRelative(said("2026-03-06T20:00:00Z", "b"))},
         true},
        {"more than a day apart",
         {said("2026-03-05T19:59:59Z", "a"), byRelative(said("2026-03-06T20:00:00Z", "b"))},
         false},
        {"the same words, but for blanks",
         {said("2026-03-06T08:00:00Z", "a"), byRelative(said("2026-03-06T20:00:00Z", " a\n"))},
         false},
        {"two relatives",
         {byRelative(said("2026-03-06T08:00:00Z", "a"), "Chidi"),
          byRelative(said("2026-03-06T20:00:00Z", "b"), "Ngozi")},
         true},
        {"one speaker changes their mind",
         {said("2026-03-06T08:00:00Z", "a"), said("2026-03-06T20:00:00Z", "b")},
         false},
        {"one instant",
         {said("2026-03-06T08:00:00Z", "a"), said("2026-03-06T08:00:00Z", "b")},
         true},
        {"one day, order unknown", {said("2026-03-06", "a"), said("2026-03-06", "b")}, true},
        {"one day, the record tells the order", {first, corrected}, false},
        {"one month, order unknown", {said("2026-01", "a"), said("2026-01", "b")}, true},
        {"months say nothing about a day",
         {said("2026-01", "a"), byRelative(said("2026-02", "b"))},
         false},
        {"an older pair",
         {said("2026-03-01T08:00:00Z", "a"), byRelative(said("2026-03-01T09:00:00Z", "b")),
          said("2026-03-05T08:00:00Z", "c")},
         false},
    }));
    INFO(one.what);

    const auto judgement = judged(one.statements);

    CHECK((judgement.freshness == Freshness::Doubted) == one.isDoubted);
    CHECK((judgement.other != nullptr) == one.isDoubted);
    if (one.isDoubted) {
        CHECK(judgement.reason.find("both are shown") != std::string::npos);
        CHECK(judgement.other->text != judgement.current->text);
    }
}

TEST_CASE("freshness: the patient's answer settles a doubt, a relative's does not", "[domain]") {
    const auto patientFirst = said("2026-03-06T08:00:00Z", "a");
    const auto relative = byRelative(said("2026-03-06T12:00:00Z", "b"));
    const auto answer = said("2026-03-06T13:00:00Z", "a");
    const auto insisting = byRelative(said("2026-03-06T14:00:00Z", "b"));

    CHECK(judged({patientFirst, relative}).freshness == Freshness::Doubted);
    CHECK(judged({patientFirst, relative, answer}).freshness == Freshness::Fresh);
    CHECK(judged({patientFirst, relative, answer, insisting}).freshness == Freshness::Doubted);
    CHECK(judged({relative, answer}).freshness == Freshness::Doubted);
}

TEST_CASE("freshness: a doubt is not covered up by asking and being declined", "[domain]") {
    CHECK(judged({said("2026-03-06T08:00:00Z", "a"), byRelative(said("2026-03-06T09:00:00Z", "b")),
                  absent("2026-03-06T10:00:00Z")})
              .freshness == Freshness::Doubted);
}

TEST_CASE("freshness: how long ago, in words", "[domain]") {
    const auto [when, words] = GENERATE(table<const char*, std::string>({
        {"2026-03-07T08:14:00Z", "less than an hour ago"},
        {"2026-03-07T07:15:00Z", "1 hour ago"},
        {"2026-03-06T08:15:01Z", "23 hours ago"},
        {"2026-03-06T08:15:00Z", "1 day ago"},
        {"2026-03-06T09:15:00+01:00", "1 day ago"},
        {"2026-02-22T08:15:00Z", "13 days ago"},
        {"2026-02-21T08:15:00Z", "2 weeks ago"},
        {"2026-01-07T08:15:00Z", "8 weeks ago"},
        {"2026-01-05T08:15:00Z", "2 months ago"},
        {"2025-12-08T08:15:00Z", "2 months ago"},
        {"2025-12-07T08:15:00Z", "3 months ago"},
        {"2024-03-08T08:15:00Z", "23 months ago"},
        {"2024-03-07T08:15:00Z", "2 years ago"},
        {"1936-03-07T08:15:00Z", "90 years ago"},
        {"2026-03-07", "today"},
        {"2026-03-06", "yesterday"},
        {"2026-03-05", "2 days ago"},
        {"2026-03", "in March 2026"},
        {"2025-12", "in December 2025"},
        {"2019", "in 2019"},
        {"2062-05-05T10:00:00Z", "on 2062-05-05"},
    }));

    CHECK(ago(test::time(when), kToday) == words);
}

TEST_CASE("freshness: what could not be read is never told as nobody having asked", "[domain]") {
    const auto judgedUnread = [](const std::vector<Statement>& statements) {
        return judge(statements, Aspect::Now, kStay, FreshnessLimits{}, kToday, true);
    };
    const auto nothing = judgedUnread({});
    const auto words = said("2026-03-05T08:15:00Z");
    const std::vector<Statement> both{words};
    const auto spoken = judgedUnread(both);

    CHECK(nothing.freshness == Freshness::Unread);
    CHECK(nothing.isUnread);
    CHECK(nothing.reason == "A record could not be read: what matters may be written down there.");
    CHECK(judgedUnread({absent("2026-03-05", Absent::AskedUnknown)}).freshness ==
          Freshness::Unread);
    CHECK(judgedUnread({absent("2026-03-05", Absent::TempUnknown)}).freshness == Freshness::Unread);
    // That they chose not to say is known, and is respected.
    CHECK(judgedUnread({absent("2026-03-05")}).freshness == Freshness::Declined);
    CHECK(judgedUnread({absent("2026-03-05")}).isUnread);
    // Words that were read are shown as they are, with the remark beside them.
    CHECK(spoken.freshness == Freshness::Fresh);
    CHECK(spoken.current == &both.front());
    CHECK(spoken.isUnread);
    CHECK_FALSE(judged(both, kStay).isUnread);
    CHECK(judged({}).freshness == Freshness::Unasked);
}

TEST_CASE("freshness: the codes", "[domain]") {
    const auto [freshness, code] = GENERATE(table<Freshness, std::string>({
        {Freshness::Fresh, "fresh"},
        {Freshness::Ageing, "ageing"},
        {Freshness::Check, "check"},
        {Freshness::Doubted, "doubted"},
        {Freshness::Declined, "declined"},
        {Freshness::Unasked, "unasked"},
        {Freshness::Unread, "unread"},
    }));

    CHECK(toString(freshness) == code);
}

TEST_CASE("freshness: where nobody can tell who spoke, both sayings are shown", "[domain]") {
    auto unknown = said("2026-03-06T18:00:00Z", "He should stay here.");
    unknown.speaker = Speaker::Unknown;
    auto another = said("2026-03-06T12:00:00Z", "He should go home.");
    another.speaker = Speaker::Unknown;
    const auto own = said("2026-03-06T08:00:00Z", "I want to go home.");

    const std::vector<Statement> beside{own, unknown};
    const auto doubted = judged(beside);
    const auto both = judged({another, unknown}).freshness;
    unknown.speakerName = another.speakerName = "Petra";
    const auto same = judged({another, unknown}).freshness;
    const auto answer = said("2026-03-06T20:00:00Z", "I do want to go home.");
    const auto answered = judged({own, unknown, answer}).freshness;

    CHECK(doubted.freshness == Freshness::Doubted);
    REQUIRE(doubted.other != nullptr);
    CHECK(doubted.other->text == own.text);
    CHECK(doubted.reason ==
          "Different things were said within a day, and it is not known by whom: both are shown; "
          "talk with the patient.");
    CHECK(both == Freshness::Doubted);
    CHECK(same != Freshness::Doubted);
    CHECK(answered != Freshness::Doubted);
}

}  // namespace freshness_test
