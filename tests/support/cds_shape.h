#pragma once

#include <string>
#include <vector>

/// The shapes of CDS Hooks 2.0 messages, written from the specification alone and from nothing of
/// the service: what a strict client refuses. Each returns every fault, with its place.
namespace test {

using ShapeFaults = std::vector<std::string>;

/// https://cds-hooks.hl7.org/2.0/#discovery
ShapeFaults discoveryFaults(const std::string& json);
/// https://cds-hooks.hl7.org/2.0/#http-request_1
ShapeFaults callFaults(const std::string& json);
/// https://cds-hooks.hl7.org/2.0/#cds-service-response
ShapeFaults answerFaults(const std::string& json);
/// https://cds-hooks.hl7.org/2.0/#feedback
ShapeFaults feedbackFaults(const std::string& json);

/// The faults, one a line, for a test to show.
std::string lines(const ShapeFaults& faults);

}  // namespace test
