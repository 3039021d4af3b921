#include "fhir/base/ip_network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <string_view>

namespace fhir {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/// A number of at most three digits.
std::optional<unsigned> number(std::string_view text) noexcept {
    if (text.empty() || text.size() > 3) return std::nullopt;
    unsigned value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    return value;
}

}  // namespace

std::optional<IpNetwork> IpNetwork::parse(const std::string& text) {
    IpNetwork network;
    const auto slash = text.find('/');
    const auto address = text.substr(0, slash);
    network.isIpv4_ = ::inet_pton(AF_INET, address.c_str(), network.bytes_.data()) == 1;
    if (!network.isIpv4_ && ::inet_pton(AF_INET6, address.c_str(), network.bytes_.data()) != 1)
        return std::nullopt;
    const unsigned all = network.isIpv4_ ? 32 : 128;
    const auto bits = slash == std::string::npos ? std::optional(all)
                                                 : number(std::string_view(text).substr(slash + 1));
    if (!bits || *bits > all) return std::nullopt;
    network.bits_ = *bits;
    const bool isMapped =
        !network.isIpv4_ && *bits >= 96 &&
        std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), network.bytes_.begin());
    if (isMapped) {
        std::copy(network.bytes_.begin() + 12, network.bytes_.end(), network.bytes_.begin());
        std::fill(network.bytes_.begin() + 4, network.bytes_.end(), std::uint8_t{0});
        network.bits_ -= 96;
        network.isIpv4_ = true;
    }
    return network;
}

bool IpNetwork::holds(const IpNetwork& address) const noexcept {
    if (isIpv4_ != address.isIpv4_ || address.bits_ < bits_) return false;
    for (unsigned bit = 0; bit < bits_; bit += 8) {
        const auto left = std::min(bits_ - bit, 8U);
        const auto mask = static_cast<std::uint8_t>(0xffU << (8 - left));
        if (((bytes_[bit / 8] ^ address.bytes_[bit / 8]) & mask) != 0) return false;
    }
    return true;
}

std::string IpNetwork::address() const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(isIpv4_ ? AF_INET : AF_INET6, bytes_.data(), text.data(), text.size());
    return text.data();
}

}  // namespace fhir
