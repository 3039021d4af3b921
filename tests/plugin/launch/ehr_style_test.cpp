#include "plugin/launch/ehr_style.h"

#include "tests/support/thrown.h"

namespace ehr_style_test {

using plugin::launch::knownStyle;

TEST_CASE("ehr style: known keys with plain values, and nothing else", "[launch]") {
    const auto style = knownStyle(R"json({"color_background":"#edeae3","color_text":7,
        "color_error":"#9e2d2d","dim_border_radius":"6px",
        "font_family_body":"Georgia, 'Times New Roman', serif",
        "color_highlight":"red;} body{background:url(//evil.example)"})json");

    CHECK(style == std::map<std::string, std::string>{
                       {"color_background", "#edeae3"},
                       {"dim_border_radius", "6px"},
                       {"font_family_body", "Georgia, 'Times New Roman', serif"}});
    CHECK(knownStyle("{}").empty());
    CHECK(knownStyle("{\"color_text\":\"" + std::string(201, 'a') + "\"}").empty());
    CHECK(test::thrown([] { knownStyle("<html>"); }).kind() == fhir::ErrorKind::InvalidInput);
}

}  // namespace ehr_style_test
