// The names of ankerl::unordered_dense which the worker uses, as the standard containers.
//
// Debian 12 has no package of unordered_dense. The standard containers promise all that it does and more (they keep
// references valid when they grow); what they cost is not measurable beside the encryption of each packet.
#pragma once

#include <functional>
#include <unordered_map>
#include <unordered_set>

namespace ankerl::unordered_dense
{
	template<class Key>
	using hash = std::hash<Key>;

	template<class Key, class Value, class Hash = std::hash<Key>, class Equal = std::equal_to<Key>>
	using map = std::unordered_map<Key, Value, Hash, Equal>;

	template<class Key, class Hash = std::hash<Key>, class Equal = std::equal_to<Key>>
	using set = std::unordered_set<Key, Hash, Equal>;
} // namespace ankerl::unordered_dense
