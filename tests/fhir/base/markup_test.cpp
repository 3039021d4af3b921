#include "fhir/base/markup.h"

#include <catch2/catch.hpp>

namespace markup_test {

TEST_CASE("markup: what has a meaning in markup is text, and all else stays", "[fhir]") {
    CHECK(fhir::escapeMarkup(R"(<a href="x" title='y'>&amp;</a>)") ==
          "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;");
    CHECK(fhir::escapeMarkup("שלום, Ñandú\n🐰") == "שלום, Ñandú\n🐰");
    CHECK(fhir::escapeMarkup("").empty());
}

}  // namespace markup_test
