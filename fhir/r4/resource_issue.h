#pragma once

#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "fhir/r4/server_address.h"

/// What could not be read of a resource, in lines that name resource, element and kind, and never
/// what stood there. Each has the resource's name and, if it can be read, whom that is about.
namespace fhir {

/// The line about an element that was left out: "Encounter/e1: period.start must be …". It has no
/// path, for its resource was given. `problem`: of json::Wanted.
Issue issueOfElement(const json::Value& resource, const Issue& problem,
                     const ServerAddress& server);

/// The line about a resource that was not given: "Encounter/e1 cannot be read: status is missing".
/// Its path is that of the error.
Issue issueOfResource(const json::Value& resource, const Error& error, const ServerAddress& server);

}  // namespace fhir
