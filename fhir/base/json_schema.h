#pragma once

#include <vector>

#include "fhir/base/error.h"
#include "fhir/base/json.h"

namespace fhir::json {

/// Every fault of `value` against a JSON Schema (draft 2020-12), in document order; none where it
/// fits. Each names the place and says in a sentence what must be there. A name that an object has
/// twice is a fault too, wherever it is; those come first.
///
/// Knows the keywords that our schemas use: type, enum, const, properties, required,
/// additionalProperties (false or a schema), propertyNames, items, minItems, uniqueItems,
/// minimum, maximum, minLength, maxLength, pattern, oneOf by a constant member, $ref into $defs.
/// Throws Error{Internal} at any other keyword that would constrain: a schema may not promise
/// what is not checked.
std::vector<Issue> validate(const Value& value, const Value& schema);

}  // namespace fhir::json
