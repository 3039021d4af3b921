#include "plugin/domain/summary.h"

#include "tests/support/statements.h"

namespace summary_test {

using namespace plugin::domain;

namespace {

Statement of(const std::string& id, Aspect aspect, const std::string& text) {
    auto statement = test::statement();
    statement.id = id;
    statement.aspect = aspect;
    statement.text = text;
    return statement;
}

Summary summaryOf(const std::vector<Statement>& statements) {
    return summarise(statements, {}, {}, test::kToday);
}

}  // namespace

TEST_CASE("summary: what matters now goes before everything else", "[domain]") {
    const std::vector<Statement> both{of("a", Aspect::AboutMe, "A gardener."),
                                      of("n", Aspect::Now, "To go home.")};
    const std::vector<Statement> one{of("p", Aspect::PleaseDo, "Open the window.")};

    CHECK(summaryOf(both).judgement.current->text == "To go home.");
    CHECK(summaryOf(one).aspect == Aspect::PleaseDo);
    CHECK(summaryOf(one).judgement.current->text == "Open the window.");
}

TEST_CASE("summary: somebody who declined is shown by what they did say", "[domain]") {
    auto declined = of("n", Aspect::Now, "");
    declined.absent = Absent::AskedDeclined;

    const auto alone = summaryOf({declined});
    const std::vector<Statement> both{declined, of("a", Aspect::AboutMe, "A gardener.")};

    CHECK(alone.aspect == Aspect::Now);
    CHECK(alone.judgement.freshness == Freshness::Declined);
    CHECK(summaryOf(both).aspect == Aspect::AboutMe);
}

TEST_CASE("summary: nobody asked is unasked", "[domain]") {
    const auto nothing = summaryOf({});

    CHECK(nothing.aspect == Aspect::Now);
    CHECK(nothing.judgement.freshness == Freshness::Unasked);
    CHECK(nothing.judgement.current == nullptr);
    CHECK_FALSE(nothing.judgement.reason.empty());
}

TEST_CASE("merge: each statement is there once, and the EHR's copy is taken", "[domain]") {
    const auto merged =
        merge({of("1", Aspect::Now, "EHR's one"), of("2", Aspect::Now, "EHR's two")},
              {of("2", Aspect::Now, "our two"), of("3", Aspect::Now, "our three")});

    REQUIRE(merged.size() == 3);
    CHECK(merged[0].text == "EHR's one");
    CHECK(merged[1].text == "EHR's two");
    CHECK(merged[2].text == "our three");
}

TEST_CASE("merge: a form that knows no aspect does not hide what ours knows", "[domain]") {
    auto document = of("1", Aspect::Now, "A gardener.");
    document.location = "DocumentReference/9";
    auto other = of("2", Aspect::Now, "as the chart has it");
    other.location = "Communication/9";

    const auto merged = merge({document, other}, {of("1", Aspect::AboutMe, "A gardener."),
                                                  of("2", Aspect::AboutMe, "as we had it")});

    REQUIRE(merged.size() == 2);
    CHECK(merged[0].aspect == Aspect::AboutMe);
    CHECK(merged[1].text == "as the chart has it");
}

TEST_CASE("merge: what either side took back is taken back", "[domain]") {
    const bool byEhr = GENERATE(true, false);
    auto fromEhr = of("1", Aspect::Now, "x");
    auto ours = fromEhr;
    (byEhr ? fromEhr : ours).retracted = true;

    const auto merged = merge({fromEhr}, {ours});

    REQUIRE(merged.size() == 1);
    CHECK(merged[0].retracted);
}

}  // namespace summary_test
