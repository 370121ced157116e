"""What is remembered: the tables, how they come to be, and every query, one module per noun.

A repository function takes a connection and belongs to the transaction of the Store's job that calls it; it never
commits. What comes back are frozen values.
"""
