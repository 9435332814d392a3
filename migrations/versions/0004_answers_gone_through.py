"""Who has gone through which open answer, also where it is about none of the themes."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade(engine_name: str) -> None:
    """Go up on one of the databases."""
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name: str) -> None:
    """Go down on one of the databases."""
    globals()[f"downgrade_{engine_name}"]()


def upgrade_work() -> None:
    op.create_table('sorting',
    sa.Column('response_id', sa.String(length=32), nullable=False),
    sa.Column('question', sa.String(length=120), nullable=False),
    sa.Column('coder', sa.String(length=32), nullable=False),
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_sorting_survey_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('response_id', 'question', 'coder', name=op.f('pk_sorting'))
    )
    with op.batch_alter_table('sorting', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sorting_survey_id'), ['survey_id'], unique=False)

    # what was sorted before this was told only by the themes that it was put under
    op.execute(
        "INSERT INTO sorting (response_id, question, coder, survey_id) "
        "SELECT DISTINCT coding.response_id, theme.question, coding.coder, theme.survey_id "
        "FROM coding JOIN theme ON theme.id = coding.theme_id WHERE coding.coder <> ''"
    )


def downgrade_work() -> None:
    with op.batch_alter_table('sorting', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sorting_survey_id'))

    op.drop_table('sorting')


def upgrade_answers() -> None:
    pass


def downgrade_answers() -> None:
    pass
