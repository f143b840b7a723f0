"""Plugins for the tools of those who use the package.

==================  ==============================================================================
module              what it holds
==================  ==============================================================================
``pytest``          fixtures, and readable failures of comparisons
``hypothesis``      strategies for every event, found by ``st.from_type``
``mypy``            errors for names that no event has
==================  ==============================================================================
"""
