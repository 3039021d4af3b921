#include "fhir/r4/questionnaire_response.h"

#include "tests/support/resource.h"

namespace questionnaire_response_test {

using fhir::QuestionnaireResponse;
using fhir::TypedValue;
using test::read;

namespace {

const std::string kMinimal = R"({"resourceType":"QuestionnaireResponse","status":"completed"})";

QuestionnaireResponse authored() {
    QuestionnaireResponse response;
    response.language = "tr";
    response.identifier =
        fhir::Identifier{{}, "urn:ietf:rfc:3986", "urn:uuid:11111111-2222-4333-8444-555555555555"};
    response.questionnaire = "https://whatmatters.example/Questionnaire/now|1";
    response.status = "completed";
    response.subject = fhir::Reference{"Patient/p-1", {}, {}};
    response.encounter = fhir::Reference{"Encounter/e-1", {}, {}};
    response.authored = fhir::DateTime::parse("2026-03-07T08:15:00+01:00");
    response.source = fhir::Reference{"Patient/p-1", {}, {}};
    response.item = {{"now", {}, {}},
                     {"who", {}, {{"who.name", {{TypedValue::ofString("Torunum"), {}}}, {}}}}};
    response.item[0].answer = {{TypedValue::ofString("Pencereden ağacı görmek."), {}}};
    response.item[0].answer[0].item = {{"now.again", {{TypedValue{"Boolean", true}, {}}}, {}}};
    return response;
}

}  // namespace

TEST_CASE("questionnaire response: one of ours is written exactly so", "[fhir]") {
    CHECK(toJsonText(authored()) ==
          R"({"resourceType":"QuestionnaireResponse","language":"tr",)"
          R"("identifier":{"system":"urn:ietf:rfc:3986",)"
          R"("value":"urn:uuid:11111111-2222-4333-8444-555555555555"},)"
          R"("questionnaire":"https://whatmatters.example/Questionnaire/now|1",)"
          R"("status":"completed","subject":{"reference":"Patient/p-1"},)"
          R"("encounter":{"reference":"Encounter/e-1"},"authored":"2026-03-07T08:15:00+01:00",)"
          R"("source":{"reference":"Patient/p-1"},)"
          R"("item":[{"linkId":"now",)"
          R"("answer":[{"valueString":"Pencereden ağacı görmek.",)"
          R"("item":[{"linkId":"now.again","answer":[{"valueBoolean":true}]}]}]},)"
          R"({"linkId":"who","item":[{"linkId":"who.name",)"
          R"("answer":[{"valueString":"Torunum"}]}]}]})");
}

TEST_CASE("questionnaire response: what is written reads the same again", "[fhir]") {
    auto response = authored();
    response.id = "qr-1";
    response.meta = fhir::Meta{{}, {}, {"http://example.org/profile"}, {{"s", "R", {}}}, {}};
    const auto text = toJsonText(response);

    CHECK(toJsonText(read<QuestionnaireResponse>(text)) == text);
}

TEST_CASE("questionnaire response: answers are found at any depth, all of them in their order",
          "[fhir]") {
    auto response = authored();
    response.item[0].answer.push_back({TypedValue::ofString("Bahçe."), {}});
    response.item.push_back({"now", {{TypedValue::ofString("Kedi."), {}}}, {}});

    const auto now = response.answers("now");
    REQUIRE(now.size() == 3);
    CHECK(*now[0]->value->text() == "Pencereden ağacı görmek.");
    CHECK(*now[1]->value->text() == "Bahçe.");
    CHECK(*now[2]->value->text() == "Kedi.");
    REQUIRE(response.answers("now.again").size() == 1);
    CHECK(std::get<bool>(response.answers("now.again").front()->value->value));
    CHECK(response.answers("who.name").size() == 1);
    CHECK(response.answers("nothing").empty());
}

TEST_CASE("questionnaire response: a minimal one is read", "[fhir]") {
    const auto response = read<QuestionnaireResponse>(kMinimal);

    CHECK(response.status == "completed");
    CHECK_FALSE(response.subject);
    CHECK(response.item.empty());
}

TEST_CASE("questionnaire response: an answer of an unknown type is kept as none", "[fhir]") {
    const auto response = read<QuestionnaireResponse>(test::with(
        kMinimal, R"("item":[{"linkId":"a","answer":[{"valueAddress":{"city":"x"}}]}])"));

    REQUIRE(response.item.at(0).answer.size() == 1);
    CHECK_FALSE(response.item[0].answer[0].value);
}

TEST_CASE("questionnaire response: is not written without what R4 requires", "[fhir]") {
    auto withoutStatus = authored();
    withoutStatus.status.clear();
    auto withoutLink = authored();
    withoutLink.item[1].item[0].linkId.clear();
    auto both = authored();
    both.item[0].item = {{"x", {}, {}}};

    CHECK(test::thrown([&] { toJsonText(withoutStatus); }).path() == "/status");
    CHECK(test::thrown([&] { toJsonText(withoutLink); }).path() == "/item/1/item/0/linkId");
    CHECK(test::thrown([&] { toJsonText(both); }).path() == "/item/0/item");
}

TEST_CASE("questionnaire response: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<QuestionnaireResponse>(kMinimal);
}

TEST_CASE("questionnaire response: an element of the wrong type is named by its path", "[fhir]") {
    CHECK(test::thrown([] {
              read<QuestionnaireResponse>(R"({"resourceType":"QuestionnaireResponse"})");
          }).path() == "/status");
    test::checkWrongTypes<QuestionnaireResponse>(
        kMinimal,
        {{R"("identifier":[])", "/identifier"},
         {R"("questionnaire":{})", "/questionnaire"},
         {R"("subject":"p")", "/subject"},
         {R"("encounter":[])", "/encounter"},
         {R"("authored":"then")", "/authored"},
         {R"("source":1)", "/source"},
         {R"("item":{})", "/item"},
         {R"("item":[{}])", "/item/0/linkId"},
         {R"("item":[{"linkId":"a","answer":[{"valueString":1}]}])",
          "/item/0/answer/0/valueString"},
         {R"("item":[{"linkId":"a","answer":[{"item":[{}]}]}])", "/item/0/answer/0/item/0/linkId"},
         {R"("item":[{"linkId":"a","modifierExtension":[{"url":"u"}]}])",
          "/item/0/modifierExtension"},
         {R"("item":[{"linkId":"a","answer":[{"modifierExtension":[{"url":"u"}]}]}])",
          "/item/0/answer/0/modifierExtension"}});
}

}  // namespace questionnaire_response_test
