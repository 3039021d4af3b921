#include "fhir/client/links.h"

#include "tests/fhir/client/client_fixture.h"
#include "tests/support/thrown.h"

namespace links_test {

using Catch::Matchers::Contains;
using fhir::followed;
using fhir::isWithin;
using fhir::Url;

TEST_CASE("links: within a base is by origin and whole path segments", "[fhir]") {
    const auto [url, base, expected] = GENERATE(table<std::string, std::string, bool>({
        {"https://e.example/fhir", "https://e.example/fhir", true},
        {"https://e.example/fhir/", "https://e.example/fhir", true},
        {"https://e.example/fhir?page=2", "https://e.example/fhir/", true},
        {"https://E.example:443/fhir/Patient", "https://e.example/fhir", true},
        {"https://e.example/x", "https://e.example", true},
        {"https://e.example/%66hir/%7eP%c3%a9", "https://e.example/fhir/~P%C3%A9", true},
        {"https://e.example/fhir%2FPatient", "https://e.example/fhir", false},
        {"https://e.example/fhir2", "https://e.example/fhir", false},
        {"https://e.example/fhi", "https://e.example/fhir", false},
        {"https://e.example/", "https://e.example/fhir", false},
        {"http://e.example/fhir", "https://e.example/fhir", false},
        {"https://e.example:8443/fhir", "https://e.example/fhir", false},
        {"https://e.example.evil.example/fhir", "https://e.example/fhir", false},
    }));

    CHECK(isWithin(Url::parse(url), Url::parse(base)) == expected);
}

TEST_CASE("links: one below an alias is asked for at the base", "[fhir]") {
    const fhir::ServerAddress server(
        Url::parse("https://ehr.example/api/FHIR/R4"),
        {Url::parse("http://internal:8080/fhir"), Url::parse("http://ehr.example:80"),
         Url::parse("https://proxy.example/fhir/R4/")});
    const auto [link, expected] = GENERATE(table<std::string, std::string>({
        {"https://ehr.example/other?x=1", "https://ehr.example/other?x=1"},
        {"http://internal:8080/fhir?_getpages=7", "https://ehr.example/api/FHIR/R4?_getpages=7"},
        {"http://internal:8080/fhir/Patient?p=2", "https://ehr.example/api/FHIR/R4/Patient?p=2"},
        {"http://ehr.example/api/FHIR/R4/Patient?p=2",
         "https://ehr.example/api/FHIR/R4/Patient?p=2"},
        {"https://PROXY.example/fhir/R4/Patient?p=2",
         "https://ehr.example/api/FHIR/R4/Patient?p=2"},
        {"Patient?p=2", "https://ehr.example/api/FHIR/R4/Patient?p=2"},
    }));

    const auto from = Url::parse("https://ehr.example/api/FHIR/R4/Patient");
    CHECK(followed(link, from, server, "the next page").text() == expected);
}

TEST_CASE("links: one elsewhere is not asked for, and the text does not repeat it", "[fhir]") {
    const auto base = test::optionsFor().base;
    const fhir::ServerAddress server(base, {Url::parse("http://internal:8080/fhir")});
    const std::string link =
        GENERATE("https://evil.example/secret", "http://internal:8080/fhir2/secret",
                 "http://internal:8081/fhir/secret", "mailto:secret@b.example");

    const auto error = test::thrown([&] { followed(link, base, server, "the next page"); });

    CHECK(error.kind() == fhir::ErrorKind::BadReply);
    CHECK_THAT(error.what(), Contains("the next page is ") && !Contains("secret"));
}

}  // namespace links_test
