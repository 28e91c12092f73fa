//! Claims about warnings of rules.
