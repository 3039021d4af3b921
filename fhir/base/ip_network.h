#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace fhir {

/// An IP address, or a network of them in CIDR notation (RFC 4632, section 3.1): "10.0.0.0/8",
/// "2001:db8::/32". An address alone is a network of one.
class IpNetwork {
public:
    /// nullopt if the text is neither.
    static std::optional<IpNetwork> parse(const std::string& text);

    /// Whether the address is in this network. An IPv4 address that is written as an IPv6 one
    /// ("::ffff:10.1.2.3", RFC 4291, section 2.5.5.2) is the IPv4 address.
    bool holds(const IpNetwork& address) const noexcept;
    /// The first address, as inet_ntop writes it.
    std::string address() const;
    bool isSingle() const noexcept { return bits_ == (isIpv4_ ? 32U : 128U); }

private:
    std::array<std::uint8_t, 16> bytes_{};  ///< of IPv4 the first four
    unsigned bits_ = 0;                     ///< how many of them all addresses share
    bool isIpv4_ = false;
};

}  // namespace fhir
