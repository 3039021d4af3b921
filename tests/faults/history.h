#pragma once

#include <string>
#include <vector>

namespace faults {

/// What happened, in order: printed if a run went wrong, so that a person can follow it.
class History {
public:
    void note(std::string line) { lines_.push_back(std::move(line)); }
    const std::vector<std::string>& lines() const noexcept { return lines_; }

private:
    std::vector<std::string> lines_;
};

}  // namespace faults
