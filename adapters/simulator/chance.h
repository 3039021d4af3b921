#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace adapters::simulator {

/// Seeded random numbers that are the same with every compiler: the standard defines the numbers of
/// the engine, but not those of the distributions.
class Chance {
public:
    explicit Chance(std::uint64_t seed) : engine_(seed) {}

    /// A number from `least` to `most`, both included.
    int between(int least, int most) {
        const auto span = static_cast<std::uint64_t>(most - least) + 1;
        return least + static_cast<int>(engine_() % span);
    }

    template <class T>
    const T& oneOf(const std::vector<T>& all) {
        return all[static_cast<std::size_t>(between(0, static_cast<int>(all.size()) - 1))];
    }

    template <class T>
    void shuffle(std::vector<T>& all) {
        for (auto i = all.size(); i > 1; --i)
            std::swap(all[i - 1],
                      all[static_cast<std::size_t>(between(0, static_cast<int>(i) - 1))]);
    }

    /// Has the form of a random UUID (RFC 9562, section 5.4), but follows from the seed.
    std::string uuid() {
        const auto high = engine_();
        const auto low = engine_();
        std::array<char, 40> text{};
        std::snprintf(text.data(), text.size(), "%08x-%04x-4%03x-%04x-%012llx",
                      static_cast<unsigned>(high >> 32), static_cast<unsigned>(high >> 16 & 0xffff),
                      static_cast<unsigned>(high & 0xfff),
                      static_cast<unsigned>(0x8000 | (low >> 48 & 0x3fff)),
                      static_cast<unsigned long long>(low & 0xffff'ffff'ffffULL));
        return text.data();
    }

private:
    std::mt19937_64 engine_;
};

}  // namespace adapters::simulator
