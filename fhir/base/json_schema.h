#pragma once

#include <vector>

#include "fhir/base/error.h"
#include "fhir/base/json.h"

namespace fhir::json {

/// Every fault of `value` against a JSON Schema (draft 2020-12); none if it is valid. Each names
/// the place and says in a sentence what must be there. A name that an object has twice is always a
/// fault; these come first.
///
/// Knows the keywords that our schemas use: type, enum, const, properties, required,
/// additionalProperties (false or a schema), propertyNames, items, minItems, uniqueItems, minimum,
/// maximum, minLength, maxLength, pattern, oneOf by a constant member, $ref into $defs. Throws
/// Error{Internal} on any other keyword that constrains: a schema must not promise what is not
/// checked.
std::vector<Issue> validate(const Value& value, const Value& schema);

}  // namespace fhir::json
