#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <utility>

#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "tests/support/thrown.h"

namespace test {

/// The resource in a JSON text.
template <class Resource>
Resource read(const std::string& text) {
    return Resource::fromJson(fhir::json::Document::parse(text).root());
}

/// The JSON text of a resource with one more member, at the end, where the reader does not expect
/// it.
inline std::string with(const std::string& text, const std::string& member) {
    const auto end = text.rfind('}');
    return text.substr(0, end) + ", " + member + "}";
}

/// Adds each member to `minimal`, which must not have it: reading must be refused with the path
/// that stands beside the member.
template <class Resource>
void checkWrongTypes(const std::string& minimal,
                     const std::vector<std::pair<std::string, std::string>>& memberAndPath) {
    for (const auto& [member, path] : memberAndPath) {
        INFO(member);
        const auto error = thrown([&, &member = member] { read<Resource>(with(minimal, member)); });
        CHECK(error.kind() == fhir::ErrorKind::InvalidInput);
        CHECK(error.path() == path);
    }
}

/// What every resource promises, whatever it holds.
template <class Resource>
void checkHeader(const std::string& minimal) {
    const auto type = std::string(Resource::resourceType);
    CHECK(thrown([] { read<Resource>("{}"); }).path() == "/resourceType");
    CHECK(thrown([] { read<Resource>(R"({"resourceType":"Basic"})"); }).path() == "/resourceType");
    CHECK(thrown([] { read<Resource>(R"({"resourceType":7})"); }).path() == "/resourceType");
    CHECK(thrown([] { read<Resource>("[]"); }).kind() == fhir::ErrorKind::InvalidInput);
    CHECK(thrown([] { read<Resource>("null"); }).kind() == fhir::ErrorKind::InvalidInput);
    CHECK(thrown([] { read<Resource>("\"text\""); }).kind() == fhir::ErrorKind::InvalidInput);
    checkWrongTypes<Resource>(
        minimal, {{R"("modifierExtension":[{"url":"http://example.org/not","valueBoolean":true}])",
                   "/modifierExtension"},
                  {R"("modifierExtension":{})", "/modifierExtension"},
                  {R"("implicitRules":"http://example.org/rules")", "/implicitRules"},
                  {R"("id":7)", "/id"},
                  {R"("id":"two words")", "/id"},
                  {R"("id":"../../admin")", "/id"}});
    if constexpr (requires { &Resource::meta; })
        checkWrongTypes<Resource>(minimal,
                                  {{R"("meta":"x")", "/meta"},
                                   {R"("meta":{"versionId":1})", "/meta/versionId"},
                                   {R"("meta":{"security":{}})", "/meta/security"},
                                   {R"("meta":{"tag":[{"code":1}]})", "/meta/tag/0/code"}});
    CHECK_NOTHROW(read<Resource>(with(minimal, R"("modifierExtension":[])")));
    CHECK_NOTHROW(read<Resource>(
        with(minimal, R"("notInFhir":{"a":[1,null]},"_id":{"id":"x"},"extension":[{"url":"u"}],)"
                      R"("contained":[{"resourceType":"Basic"}],"text":{"div":"<div/>"})")));
    // resourceType may come last (vendors.md, section 4).
    const auto first = "\"resourceType\":\"" + type + "\"";
    const auto at = minimal.find(first);
    REQUIRE(at != std::string::npos);
    auto last = minimal;
    last.erase(at, first.size());
    if (const auto comma = last.find_first_not_of(' ', at); last[comma] == ',')
        last.erase(comma, 1);
    CHECK_NOTHROW(read<Resource>(last.find(':') == std::string::npos ? "{" + first + "}"
                                                                     : with(last, first)));
}

}  // namespace test
