#include "fhir/base/secret.h"

#include <ostream>
#include <type_traits>

namespace secret_test {

using fhir::Secret;

namespace {

template <class T>
concept Printable = requires(std::ostream& stream, const T& value) {
    stream << value;
};

}  // namespace

TEST_CASE("secret: is given to whoever asks for it by name, and to no stream or text", "[fhir]") {
    const Secret secret("made-up-token");

    CHECK(secret.reveal() == "made-up-token");
    CHECK_FALSE(secret.empty());
    CHECK(Secret().empty());
    STATIC_REQUIRE_FALSE(Printable<Secret>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<Secret, std::string>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<std::string, Secret>);
}

}  // namespace secret_test
