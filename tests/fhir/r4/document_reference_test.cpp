#include "fhir/r4/document_reference.h"

#include "tests/support/resource.h"

namespace document_reference_test {

using fhir::DocumentReference;
using test::read;

namespace {

const std::string kMinimal = R"({"resourceType":"DocumentReference","status":"current"})";

DocumentReference authored() {
    DocumentReference document;
    document.identifier = {
        {{}, "urn:ietf:rfc:3986", "urn:uuid:11111111-2222-4333-8444-555555555555"}};
    document.status = "current";
    document.docStatus = "final";
    document.type = fhir::CodeableConcept{{{"http://loinc.org", "34109-9", {}}}, "Note"};
    document.category = {{{}, "clinical-note"}};
    document.subject = fhir::Reference{"Patient/p-1", {}, {}};
    document.date = fhir::DateTime::parse("2026-03-07T08:15:00Z");
    document.author = {{"Practitioner/n-1", {}, {}}};
    document.relatesTo = {{"replaces", {"DocumentReference/d-0", {}, {}}}};
    document.description = "What matters to me";
    document.securityLabel = {{{{"s", "R", {}}}, {}}};
    DocumentReference::Content content;
    content.attachment.contentType = "text/plain; charset=utf-8";
    content.attachment.language = "sw";
    content.attachment.data = "Q2hhaQ==";
    content.attachment.size = 4;
    content.attachment.title = "What matters";
    content.attachment.creation = fhir::DateTime::parse("2026-03-07");
    document.content = {content};
    document.context = DocumentReference::Context{};
    document.context->encounter = {{"Encounter/e-1", {}, {}}};
    return document;
}

}  // namespace

TEST_CASE("document reference: one of ours is written exactly so", "[fhir]") {
    CHECK(toJsonText(authored()) ==
          R"({"resourceType":"DocumentReference",)"
          R"("identifier":[{"system":"urn:ietf:rfc:3986",)"
          R"("value":"urn:uuid:11111111-2222-4333-8444-555555555555"}],)"
          R"("status":"current","docStatus":"final",)"
          R"("type":{"coding":[{"system":"http://loinc.org","code":"34109-9"}],"text":"Note"},)"
          R"("category":[{"text":"clinical-note"}],"subject":{"reference":"Patient/p-1"},)"
          R"("date":"2026-03-07T08:15:00Z","author":[{"reference":"Practitioner/n-1"}],)"
          R"("relatesTo":[{"code":"replaces","target":{"reference":"DocumentReference/d-0"}}],)"
          R"("description":"What matters to me",)"
          R"("securityLabel":[{"coding":[{"system":"s","code":"R"}]}],)"
          R"("content":[{"attachment":{"contentType":"text/plain; charset=utf-8",)"
          R"("language":"sw","data":"Q2hhaQ==","size":4,"title":"What matters",)"
          R"("creation":"2026-03-07"}}],)"
          R"("context":{"encounter":[{"reference":"Encounter/e-1"}]}})");
}

TEST_CASE("document reference: what is written reads the same again", "[fhir]") {
    auto document = authored();
    document.id = "d-1";
    document.language = "sw";
    document.content[0].attachment.url = "Binary/b-1";
    document.context->period = fhir::Period{fhir::DateTime::parse("2026"), {}};
    const auto text = toJsonText(document);

    CHECK(toJsonText(read<DocumentReference>(text)) == text);
}

TEST_CASE("document reference: a minimal one is read", "[fhir]") {
    const auto document = read<DocumentReference>(kMinimal);

    CHECK(document.status == "current");
    CHECK(document.content.empty());
    CHECK_FALSE(document.context);
}

TEST_CASE("document reference: is not written without what R4 requires", "[fhir]") {
    auto withoutStatus = authored();
    withoutStatus.status.clear();
    auto withoutContent = authored();
    withoutContent.content.clear();
    auto withoutAttachment = authored();
    withoutAttachment.content[0].attachment = {};
    auto withoutTarget = authored();
    withoutTarget.relatesTo[0].target = {};

    CHECK(test::thrown([&] { toJsonText(withoutStatus); }).path() == "/status");
    CHECK(test::thrown([&] { toJsonText(withoutContent); }).path() == "/content");
    CHECK(test::thrown([&] { toJsonText(withoutAttachment); }).path() == "/content/0/attachment");
    CHECK(test::thrown([&] { toJsonText(withoutTarget); }).path() == "/relatesTo/0/target");
}

TEST_CASE("document reference: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<DocumentReference>(kMinimal);
}

TEST_CASE("document reference: an element of the wrong type is named by its path", "[fhir]") {
    CHECK(test::thrown([] {
              read<DocumentReference>(R"({"resourceType":"DocumentReference"})");
          }).path() == "/status");
    test::checkWrongTypes<DocumentReference>(
        kMinimal,
        {{R"("identifier":{})", "/identifier"},
         {R"("docStatus":1)", "/docStatus"},
         {R"("type":[])", "/type"},
         {R"("category":{})", "/category"},
         {R"("subject":"p")", "/subject"},
         {R"("date":"x")", "/date"},
         {R"("author":{})", "/author"},
         {R"("relatesTo":[{"target":{}}])", "/relatesTo/0/code"},
         {R"("relatesTo":[{"code":"x"}])", "/relatesTo/0/target"},
         {R"("relatesTo":[{"modifierExtension":[{"url":"u"}]}])", "/relatesTo/0/modifierExtension"},
         {R"("description":1)", "/description"},
         {R"("securityLabel":{})", "/securityLabel"},
         {R"("content":[{}])", "/content/0/attachment"},
         {R"("content":[{"attachment":{"size":"1"}}])", "/content/0/attachment/size"},
         {R"("content":[{"attachment":{"creation":"x"}}])", "/content/0/attachment/creation"},
         {R"("content":[{"attachment":{},"modifierExtension":[{"url":"u"}]}])",
          "/content/0/modifierExtension"},
         {R"("context":[])", "/context"},
         {R"("context":{"encounter":{}})", "/context/encounter"},
         {R"("context":{"modifierExtension":[{"url":"u"}]})", "/context/modifierExtension"}});
}

}  // namespace document_reference_test
