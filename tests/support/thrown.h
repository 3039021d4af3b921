#pragma once

#include <catch2/catch.hpp>

#include "fhir/base/error.h"

namespace test {

/// The Error that `action` ends in. Fails the test if it ends in none, or in another exception.
template <class Action>
fhir::Error thrown(Action action) {
    try {
        action();
    } catch (const fhir::Error& error) {
        return error;
    }
    FAIL("no Error was thrown");
    return {fhir::ErrorKind::Internal, "not reached"};
}

}  // namespace test
