#pragma once

#include <cstddef>
#include <random>
#include <string>

namespace bench {

/// Resources as a server sends them, made up, the same for the same seed: stays and statements in
/// turn, with narrative, codings and references that the product does not read.
class MadeUpResources {
public:
    explicit MadeUpResources(unsigned seed) : random_(seed) {}
    /// One resource as JSON on one line.
    std::string next();
    std::size_t count() const noexcept { return count_; }

private:
    std::string pick(unsigned below) { return std::to_string(random_() % below); }
    std::string encounter(const std::string& id);
    std::string observation(const std::string& id);

    std::mt19937 random_;
    std::size_t count_ = 0;
};

/// A search Bundle of at least that many bytes.
std::string bundleText(std::size_t bytes, unsigned seed);

}  // namespace bench
