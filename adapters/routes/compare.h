#pragma once

#include <string>

#include "fhir/base/url.h"
#include "fhir/r4/flag.h"
#include "fhir/r4/observation.h"

namespace adapters {

/// Compares by meaning what was written with what is there: added codings, displays, texts and
/// meta are allowed. Returns, in a sentence, what the server left out or changed; "" where
/// nothing. Throws Error{Conflict} where it now says something else: about another subject, with
/// other words, or retracted where ours is not (and the other way round). `base`: the server's FHIR
/// base, against which its references are read.
std::string compare(const fhir::Observation& ours, const fhir::Observation& theirs,
                    const fhir::Url& base);
std::string compare(const fhir::Flag& ours, const fhir::Flag& theirs, const fhir::Url& base);

}  // namespace adapters
